import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, it } from "vitest";
import { isRunning } from "./processes.ts";

it("tells a process that runs from one that has ended", async () => {
  const child = spawn("sleep", ["60"]);
  const { pid = 0 } = child;
  expect([isRunning(process.pid), isRunning(pid)]).toEqual([true, true]);
  child.kill("SIGKILL");
  await once(child, "exit");
  expect(isRunning(pid)).toBe(false);
});

it("takes one that nobody waited for as ended", async () => {
  // The shell starts it and becomes a program that never asks how it ended.
  const parent = spawn("sh", ["-c", 'sleep 1 & echo "$!"; exec sleep 60'], { stdio: ["ignore", "pipe", "ignore"] });
  const [said] = (await once(parent.stdout, "data")) as [Buffer];
  await expect.poll(() => isRunning(Number(said.toString()))).toBe(false);
  expect(() => process.kill(Number(said.toString()), 0)).not.toThrow();
  parent.kill("SIGKILL");
});
