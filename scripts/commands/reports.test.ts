import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { InputError } from "../../infra/model/errors.ts";
import { both } from "./both.ts";
import { reportsOf } from "./reports.ts";

const folder = mkdtempSync(join(tmpdir(), "sluice-reports-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const wrong = (key: string) => Promise.reject(new InputError("Wrong:", [{ key, message: "no" }]));

describe("reports that are handed in", () => {
  it("are missing where nobody named one, and unreadable where a file holds none", async () => {
    const file = join(folder, "scan.json");
    writeFileSync(file, "{}");
    expect(await reportsOf({})).toEqual({ scan: { kind: "missing" }, breaking: { kind: "missing" } });
    expect(await reportsOf({ scan: file, breaking: file })).toMatchObject({
      scan: { kind: "unreadable" },
      breaking: { kind: "unreadable" },
    });
  });

  it("are wrong input where there is no such file, both at once", async () => {
    const file = join(folder, "none.json");
    const error: unknown = await reportsOf({ scan: file, breaking: file }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(InputError);
    expect(error).toMatchObject({ issues: [{ key: "--scan" }, { key: "--breaking" }] });
  });
});

describe("two inputs", () => {
  it("are had together", async () => {
    expect(await both(Promise.resolve(1), Promise.resolve("a"))).toEqual([1, "a"]);
  });

  it.each<[string, () => Promise<unknown>, () => Promise<unknown>, readonly string[]]>([
    ["the first one's", () => wrong("a"), () => Promise.resolve(1), ["a"]],
    ["the second one's", () => Promise.resolve(1), () => wrong("b"), ["b"]],
    ["both", () => wrong("a"), () => wrong("b"), ["a", "b"]],
  ])("have the problems of %s", async (_what, a, b, keys) => {
    await expect(both(a(), b())).rejects.toMatchObject({ issues: keys.map((key) => ({ key })) });
  });
});
