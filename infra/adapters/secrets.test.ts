import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { InputError } from "../model/errors.ts";
import { expandHome, secretsFrom } from "./secrets.ts";

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "sluice-secrets-"));
  await writeFile(join(folder, "token"), "abc\ndef\n");
  await writeFile(join(folder, "empty"), "\n");
});
afterAll(() => rm(folder, { recursive: true }));

describe("secrets", () => {
  it("come from the environment and from files, and are remembered", async () => {
    const { resolve, values } = secretsFrom({ TOKEN: "s3cret" });
    expect(values()).toEqual([]);
    expect(await resolve({ secret: { env: "TOKEN" } })).toBe("s3cret");
    expect(await resolve({ secret: { file: join(folder, "token") } })).toBe("abc\ndef");
    expect(await resolve({ secret: { env: "TOKEN" } })).toBe("s3cret");
    expect(values()).toEqual(["s3cret", "abc\ndef"]);
  });

  it.each([
    ["a variable that isn't set", { env: "NOT_SET" }, "secret.env NOT_SET"],
    ["an empty variable", { env: "EMPTY" }, "secret.env EMPTY"],
    ["a missing file", { file: "/nowhere/token" }, "secret.file /nowhere/token"],
  ])("name %s", async (_what, secret, key) => {
    const error = await secretsFrom({ EMPTY: "" })
      .resolve({ secret })
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(InputError);
    expect((error as InputError).issues.map((issue) => issue.key)).toEqual([key]);
  });

  it("name an empty file", async () => {
    const file = join(folder, "empty");
    await expect(secretsFrom({}).resolve({ secret: { file } })).rejects.toThrow(
      `secret.file ${file}: expected a secret`,
    );
  });
});

describe("expandHome", () => {
  it.each([
    ["~/a/b", join(homedir(), "a/b")],
    ["/a/~/b", "/a/~/b"],
    ["~other/a", "~other/a"],
  ])("%s", (path, expanded) => {
    expect(expandHome(path)).toBe(expanded);
  });
});
