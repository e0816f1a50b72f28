import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { oneAtATime } from "./one-at-a-time.ts";

let folder: string;
let lock: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sluice-lock-"));
  lock = join(folder, "deep", "lock");
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

describe("oneAtATime", () => {
  it("never runs two tasks at once, also after one that failed", async () => {
    let running = 0;
    let most = 0;
    const task = async (n: number) => {
      most = Math.max(most, ++running);
      await sleep(5);
      running--;
      if (n === 1) throw new Error("task 1");
      return n;
    };
    const results = await Promise.allSettled([0, 1, 2, 3].map((n) => oneAtATime(lock, () => task(n))));
    expect(results.map((result) => (result.status === "fulfilled" ? result.value : String(result.reason)))).toEqual([
      0,
      "Error: task 1",
      2,
      3,
    ]);
    expect(most).toBe(1);
    expect(existsSync(lock)).toBe(false);
  });

  it("takes over the lock of a process that is no more", async () => {
    await oneAtATime(lock, () => Promise.resolve());
    const { pid } = spawnSync("true");
    writeFileSync(lock, String(pid));
    expect(await oneAtATime(lock, () => Promise.resolve("done"))).toBe("done");
  });

  it("takes over the lock of a process that is stopped, after a while, and leaves what that one takes later", async () => {
    await oneAtATime(lock, () => Promise.resolve());
    const child = spawn("sleep", ["60"]);
    try {
      child.kill("SIGSTOP");
      writeFileSync(lock, String(child.pid));
      const begun = performance.now();
      await oneAtATime(lock, async () => writeFile(lock, "1"));
      expect(performance.now() - begun).toBeGreaterThan(4_000);
      expect(readFileSync(lock, "utf8")).toBe("1");
    } finally {
      child.kill("SIGKILL");
    }
  }, 20_000);
});
