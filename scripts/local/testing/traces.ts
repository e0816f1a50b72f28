import { existsSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { mountsBelow } from "../mounts.ts";
import { findProcess, listProcesses } from "../processes.ts";

/** What is still there of a run folder: processes that name it, mounts, files. Empty when all is gone. */
export function tracesOf(folder: string): readonly string[] {
  const processes = listProcesses().filter(({ argv }) => argv.some((word) => word.includes(folder)));
  return [
    ...processes.map(({ pid, argv }) => `process ${pid}: ${argv.join(" ")}`),
    ...mountsBelow(readFileSync("/proc/self/mountinfo", "utf8"), folder).map((path) => `mount ${path}`),
    ...(existsSync(folder) ? [`folder ${folder}`] : []),
  ];
}

/** The living among these. */
export function living(pids: readonly number[]): readonly number[] {
  return pids.filter((pid) => findProcess(pid));
}

/** Waits until `probe` gives true; rejects with `what` after `timeoutMs`. */
export async function until(what: string, probe: () => boolean | Promise<boolean>, timeoutMs = 30_000): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!(await probe())) {
    if (performance.now() > deadline) throw new Error(`never happened: ${what}`);
    await sleep(100);
  }
}
