import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { JsonObject } from "../shared/rpc.ts";
import { runs } from "./testing/runs.ts";
import type { Sshd } from "./testing/sshd.ts";
import { startSshd } from "./testing/sshd.ts";

let sshd: Sshd;
let tree: string;
let remote: string;
beforeAll(async () => {
  sshd = await startSshd("127.0.92.6", 29206);
  [tree, remote] = [join(sshd.folder, "tree"), join(sshd.folder, "remote")];
  mkdirSync(join(tree, "inner/empty"), { recursive: true });
  mkdirSync(remote);
  writeFileSync(join(tree, "a"), "a");
  chmodSync(join(tree, "a"), 0o755);
  writeFileSync(join(tree, "inner/large"), Buffer.alloc(3_000_001, "0123456789"));
  symlinkSync("a", join(tree, "link"));
});
afterAll(() => sshd.stop());

const { create, update, failure, plugin } = runs("command:remote:CopyToRemote");
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const archive = (path: string) => ({ [SIGNATURE]: "0def7320c3a5731c473e5ecbe6d01bc7", hash: path, path });
const file = (path: string) => ({ [SIGNATURE]: "c44067f5952c0a294b673a41bacd8c17", hash: path, path });
const text = (content: string) => ({ [SIGNATURE]: "c44067f5952c0a294b673a41bacd8c17", hash: content, text: content });
const to = (remotePath: string, source: JsonObject) => ({ connection: sshd.connection, source, remotePath });
const read = (path: string) => readFileSync(join(remote, path), "utf8");

describe("a folder", () => {
  it("goes into the remote path under its own name, which is made with its parents", async () => {
    await create(to(join(remote, "x/y"), archive(tree)));
    expect(read("x/y/tree/a")).toBe("a");
    expect(read("x/y/tree/link")).toBe("a");
    expect(readFileSync(join(remote, "x/y/tree/inner/large")).equals(readFileSync(join(tree, "inner/large")))).toBe(
      true,
    );
    expect(statSync(join(remote, "x/y/tree/inner/empty")).isDirectory()).toBe(true);
    expect(statSync(join(remote, "x/y/tree/a")).mode & 0o111).toBe(0);
  });

  it("gives only its contents with a trailing slash, over what is there and beside what else is there", async () => {
    mkdirSync(join(remote, "flat"));
    writeFileSync(join(remote, "flat/a"), "an older and longer text");
    writeFileSync(join(remote, "flat/other"), "kept");
    await create(to(join(remote, "flat"), archive(`${tree}/`)));
    expect([read("flat/a"), read("flat/other")]).toEqual(["a", "kept"]);
    expect(existsSync(join(remote, "flat/tree"))).toBe(false);
  });

  it("doesn't replace a file", async () => {
    writeFileSync(join(remote, "in-the-way"), "");
    expect(await failure(to(join(remote, "in-the-way"), archive(`${tree}/`)))).toBe(
      `remote path ${remote}/in-the-way exists but is not a directory`,
    );
  });
});

describe("a file", () => {
  it("goes to the remote path, or into it where that is a folder", async () => {
    await create(to(join(remote, "new/name"), file(join(tree, "a"))));
    await create(to(join(remote, "new"), file(join(tree, "a"))));
    expect([read("new/name"), read("new/a")]).toEqual(["a", "a"]);
  });

  it("must be there", async () => {
    expect(await failure(to(join(remote, "z"), file("/nosuch")))).toBe("open /nosuch: no such file or directory");
  });
});

describe("a text", () => {
  it("becomes a file, also an empty one, and never one in a folder", async () => {
    await create(to(join(remote, "texts/one"), text("ä\n")));
    await create(to(join(remote, "texts/none"), text("")));
    expect([read("texts/one"), read("texts/none")]).toEqual(["ä\n", ""]);
    expect(await failure(to(join(remote, "texts"), text("x")))).toBe(
      `remote path ${remote}/texts is a directory; when using a text asset, remotePath must be a file path`,
    );
  });

  it("that can't be written says where", async () => {
    expect(await failure(to(join(remote, "texts/one/below"), text("x")))).toMatch(
      /^failed to (stat remote path|create parent directories for) .*\/texts\/one/,
    );
  });
});

describe("an update", () => {
  it("copies again only where contents or place differ", async () => {
    const before = to(join(remote, "again"), text("one"));
    await create(before);
    writeFileSync(join(remote, "again"), "edited");
    await update(before, { ...before, connection: { ...sshd.connection, dialErrorLimit: 3 } });
    expect(read("again")).toBe("edited");
    await update(before, to(join(remote, "again"), text("two")));
    expect(read("again")).toBe("two");
    await update(before, to(join(remote, "elsewhere"), text("one")));
    expect(read("elsewhere")).toBe("one");
  });
});

it("a copy leaves the file where it is deleted, and none starts after a cancel", async () => {
  const properties = to(join(remote, "stays"), text("x"));
  await create(properties);
  const urn = "urn:pulumi:s::p::command:remote:CopyToRemote::it";
  await plugin.delete({ urn, name: "it", type: "", id: "1", properties, oldInputs: {}, timeout: 0 });
  expect(read("stays")).toBe("x");
  await plugin.cancel!();
  expect(await failure(to(join(remote, "late"), text("x")))).toBe("context canceled");
});
