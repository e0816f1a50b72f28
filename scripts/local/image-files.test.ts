import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { afterAll, describe, expect, it } from "vitest";
import { arrange, contentKey, copyFolder, type ImageFile, tarOf } from "./image-files.ts";
import { parseLdd } from "./libraries.ts";

const scratch = mkdtempSync(join(tmpdir(), "sluice-test-"));
afterAll(() => rmSync(scratch, { recursive: true }));
const file = (name: string, text: string) => {
  writeFileSync(join(scratch, name), text);
  return join(scratch, name);
};
const copy = (path: string, from: string): ImageFile => ({ kind: "copy", path, from });

describe("the files of an image", () => {
  it("get the folders that they are in, once, in order, and a folder's own mode wins", () => {
    const files: readonly ImageFile[] = [
      { kind: "text", path: "/var/lib/x", text: "" },
      { kind: "folder", path: "/var/lib", uid: 101 },
      { kind: "link", path: "/a", to: "/b" },
      { kind: "link", path: "/a", to: "/c" },
    ];
    expect(arrange(files)).toEqual([
      { kind: "link", path: "/a", to: "/b" },
      { kind: "folder", path: "/var" },
      { kind: "folder", path: "/var/lib", uid: 101 },
      { kind: "text", path: "/var/lib/x", text: "" },
    ]);
  });

  it("have a key that changes with any content, mode, path or instruction, and with nothing else", () => {
    const [one, two] = [file("one", "1"), file("two", "2")];
    const key = contentKey([copy("/x", one), copy("/y", two)], ["CMD"]);
    expect(contentKey([copy("/y", two), copy("/x", one)], ["CMD"])).toBe(key);
    writeFileSync(one, "1"); // another time of change
    expect(contentKey([copy("/x", one), copy("/y", two)], ["CMD"])).toBe(key);
    const others = [
      contentKey([copy("/z", one), copy("/y", two)], ["CMD"]),
      contentKey([copy("/x", one), copy("/y", two)], ["ENV"]),
      contentKey([copy("/x", one)], ["CMD"]),
    ];
    chmodSync(one, 0o755);
    others.push(contentKey([copy("/x", one), copy("/y", two)], ["CMD"]));
    chmodSync(one, 0o644);
    writeFileSync(one, "3");
    others.push(contentKey([copy("/x", one), copy("/y", two)], ["CMD"]));
    expect(new Set([key, ...others]).size).toBe(6);
  });

  it("make the same archive each time, owned by root", async () => {
    const files: readonly ImageFile[] = [
      copy("/bin/run", file("run", "#!")),
      { kind: "link", path: "/l", to: "/bin/run" },
      { kind: "folder", path: "/tmp", mode: 0o1777 },
    ];
    const first = await buffer(tarOf(files));
    writeFileSync(join(scratch, "run"), "#!");
    const hash = (data: Buffer) => createHash("sha256").update(data).digest("hex");
    expect(hash(await buffer(tarOf([...files].reverse())))).toBe(hash(first));
    const field = (block: Buffer, start: number, end: number) =>
      block.toString("latin1", start, end).replace(/[\0 ]+$/, "");
    const headers = Array.from({ length: first.length / 512 }, (_, index) =>
      first.subarray(index * 512, index * 512 + 512),
    )
      .filter((block) => field(block, 257, 262) === "ustar")
      .map((block) => ({ name: field(block, 0, 100), mode: field(block, 100, 108), times: field(block, 136, 148) }));
    const times = "00000000000"; // of no day: a second archive made a second later is the same
    expect(headers).toEqual([
      { name: "bin", mode: "000755", times },
      { name: "bin/run", mode: "000644", times },
      { name: "l", mode: "000777", times },
      { name: "tmp", mode: "001777", times },
    ]);
  });

  it("reject an archive when one can't be read", async () => {
    await expect(buffer(tarOf([copy("/x", join(scratch, "missing"))]))).rejects.toThrow("ENOENT");
  });

  it("are all those below a folder", () => {
    mkdirSync(join(scratch, "app/sub"), { recursive: true });
    const [one, two] = [file("app/one", ""), file("app/sub/two", "")];
    const found = [...copyFolder(join(scratch, "app"), "/app")].sort((a, b) => (a.path < b.path ? -1 : 1));
    expect(found).toEqual([copy("/app/one", one), copy("/app/sub/two", two)]);
  });
});

describe("ldd", () => {
  it("names libraries and the loader", () => {
    const output = [
      "\tlinux-vdso.so.1 (0x00007febd67ea000)",
      "\tlibdl.so.2 => /lib/x86_64-linux-gnu/libdl.so.2 (0x00007febd67d4000)",
      "\tlibgone.so => not found",
      "\t/lib64/ld-linux-x86-64.so.2 (0x00007febd67ec000)",
    ].join("\n");
    expect(parseLdd(output)).toEqual(["/lib/x86_64-linux-gnu/libdl.so.2", "/lib64/ld-linux-x86-64.so.2"]);
  });
});
