import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ensureActionlint } from "./toolchain/actionlint.ts";

const home = fileURLToPath(new URL("..", import.meta.url));

let actionlint: string;
let folder: string;
beforeAll(async () => {
  actionlint = await ensureActionlint(() => undefined);
  folder = mkdtempSync(join(tmpdir(), "sluice-workflows-"));
  mkdirSync(join(folder, ".git"));
  cpSync(join(home, ".github"), join(folder, ".github"), { recursive: true });
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const check = async () => {
  // Whatever shellcheck and pyflakes the machine has: what they find depends on their version.
  const { exitCode, stdout } = await execa(actionlint, ["-shellcheck", "", "-pyflakes", "", "-oneline"], {
    cwd: folder,
    reject: false,
  });
  return { exitCode, stdout };
};

describe("the workflows", () => {
  it("are right by actionlint", async () => {
    expect(await check()).toEqual({ exitCode: 0, stdout: "" });
  });

  it("would be refused by it for a runner, an input and a key that aren't there", async () => {
    const file = join(folder, ".github", "workflows", "deploy.yml");
    const right = readFileSync(file, "utf8");
    writeFileSync(
      file,
      right
        .replace("cicd]", "nowhere]")
        .replace("inputs.version }}", "inputs.versoin }}")
        .replace("timeout-minutes", "timeout"),
    );
    const { exitCode, stdout } = await check();
    expect(exitCode).toBe(1);
    for (const word of ["nowhere", "versoin", '"timeout"']) expect(stdout).toContain(word);
  });
});
