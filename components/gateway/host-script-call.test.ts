import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { scriptText } from "./host-script-call.ts";

let folder: string;
let script: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "it's a host "));
  script = join(folder, "sluice-host");
  writeFileSync(
    script,
    '#!/bin/sh\n[ "$1" != read ] || cat\necho "{\\"said\\":\\"$*\\"}"\n[ "$1" != fail ] || exit 3\n',
  );
  chmodSync(script, 0o755);
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const text = (...calls: string[][]) =>
  scriptText(
    calls.map((words) => ({ argv: [script, ...words] })),
    "install it",
  );

describe("scriptText", () => {
  it("makes the calls in order, with their words as they are and standard input for the one that reads it", () => {
    const out = execFileSync("sh", ["-c", text(["a", "it's $HOME"], ["read"])], { input: "in\n", encoding: "utf8" });
    expect(out).toBe(`{"said":"a it's $HOME"}\nin\n{"said":"read"}\n`);
  });

  it("stops at a failed call with its exit code, and says on standard error what it answered", () => {
    const { status, stdout, stderr } = spawnSync("sh", ["-c", text(["fail"], ["never"])], { encoding: "utf8" });
    expect({ status, stdout, stderr }).toEqual({ status: 3, stdout: "", stderr: '{"said":"fail"}\n' });
  });

  it("says what to do where the script isn't installed", () => {
    rmSync(script);
    const { status, stderr } = spawnSync("sh", ["-c", text(["a"])], { encoding: "utf8" });
    expect({ status, stderr }).toEqual({ status: 1, stderr: `${script} isn't there: install it\n` });
  });
});
