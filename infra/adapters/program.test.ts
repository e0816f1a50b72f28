import { describe, expect, it } from "vitest";
import { localPrograms } from "./program.ts";
import { localShell } from "./shell/local.ts";

const never = new AbortController().signal;
// What should end but doesn't would go on for minutes: longer than a test may take.
const sh = (script: string) => ["sh", "-c", script];

describe("a program on this machine", () => {
  it("gets its environment, and its output comes back in its order", async () => {
    const ran = await localPrograms.run(
      sh('echo "$SLUICE_URL"; echo oops >&2; exit 3'),
      { SLUICE_URL: "http://x" },
      30_000,
      never,
    );
    expect(ran.exitCode).toBe(3);
    expect(
      ran.output
        .split("\n")
        .filter((line) => line !== "")
        .sort(),
    ).toEqual(["http://x", "oops"]);
  });

  it("has no exit code when it isn't there", async () => {
    const { exitCode, output } = await localPrograms.run(["/nowhere/smoke-suite"], {}, 30_000, never);
    expect(exitCode).toBeNull();
    expect(output).toContain("ENOENT");
  });

  it("has none when it is ended by another", async () => {
    expect((await localPrograms.run(sh("kill -9 $$"), {}, 30_000, never)).exitCode).toBeNull();
  });

  it("ends at its time with all that it started, though a child holds its output", async () => {
    const { exitCode, output } = await localPrograms.run(
      sh("echo begun; sleep 300 & sleep 300; echo done"),
      {},
      300,
      never,
    );
    expect(exitCode).toBeNull();
    expect(output).toContain("begun");
    expect(output).toContain("ended after 0.3 s");
  });

  it("ends by force when it doesn't mind being asked", async () => {
    const before = Date.now();
    const { exitCode } = await localPrograms.run(sh("trap '' TERM; sleep 300; sleep 300"), {}, 200, never);
    expect(exitCode).toBeNull();
    expect(Date.now() - before).toBeGreaterThan(4_500);
  });

  it("ends when a person stops the driver", async () => {
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 100);
    expect((await localPrograms.run(["sleep", "300"], {}, 200_000, stop.signal)).exitCode).toBeNull();
    expect((await localPrograms.run(["sleep", "300"], {}, 200_000, stop.signal)).exitCode).toBeNull();
  });
});

describe("the local shell", () => {
  const shell = localShell();

  it("passes words and input as they are", async () => {
    const words = ["a b", "$HOME", "it's", "", "-n"];
    expect(await shell.run(["printf", "<%s>", ...words], { timeoutMs: 30_000 })).toEqual({
      exitCode: 0,
      stdout: "<a b><$HOME><it's><><-n>",
      stderr: "",
    });
    expect((await shell.run(["cat"], { stdin: "x\n", timeoutMs: 30_000 })).stdout).toBe("x\n");
  });

  it("takes no harm from a program that doesn't read its input", async () => {
    const stdin = "x".repeat(1_000_000);
    expect((await shell.run(sh("exec 0<&-; exit 4"), { stdin, timeoutMs: 30_000 })).exitCode).toBe(4);
  });

  it("knows nothing when the time is over, however the script hangs", async () => {
    await expect(shell.run(sh("sleep 300; true"), { timeoutMs: 200 })).rejects.toThrow("no answer within 200 ms");
  });

  it("says what can't be started", async () => {
    await expect(shell.run(["/nowhere/sluice-host"], { timeoutMs: 200 })).rejects.toThrow("ENOENT");
  });
});
