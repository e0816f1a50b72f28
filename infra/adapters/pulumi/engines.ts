import { glob, readFile } from "node:fs/promises";
import type { Clock } from "../../driver/ports.ts";
import { systemClock } from "../clock.ts";
import { isRunning } from "../processes.ts";

/** Variable by which an engine, and everything that it starts, is told from others. */
export const markVariable = "SLUICE_ENGINE";

/** From one request to end to the next, in milliseconds. The engine of a driver that is stopped takes both. */
const patience = 5_000;
const interval = 100;

/** Numbers of the processes of this machine that carry a mark; none where the system doesn't tell. */
export async function processesMarked(mark: string): Promise<readonly number[]> {
  const found: number[] = [];
  for await (const path of glob("/proc/[0-9]*/environ")) {
    const pid = Number(path.split("/")[2]);
    // It may have ended meanwhile, or be somebody else's.
    const variables = await readFile(path, "utf8").catch(() => "");
    if (variables.split("\0").includes(`${markVariable}=${mark}`) && isRunning(pid)) found.push(pid);
  }
  return found;
}

export interface Ending {
  readonly mark: string;
  /** Numbers of processes that hold a lock: those of them that carry the mark are engines, and end in good order. */
  readonly engines: readonly number[];
  readonly clock?: Pick<Clock, "sleep">;
}

/**
 * Ends an engine with all that it has started, also one that was stopped with its driver. It is asked to, and once more: then
 * it gives its lock back. What doesn't end is killed.
 * @returns whether all have ended
 */
export async function endMarked({ mark, engines, clock = systemClock }: Ending): Promise<boolean> {
  for (const signal of ["SIGINT", "SIGINT", "SIGKILL"] as const) {
    const marked = await processesMarked(mark);
    if (marked.length === 0) return true;
    if (signal !== "SIGKILL" && !marked.some((pid) => engines.includes(pid))) continue;
    for (const pid of marked) if (signal === "SIGKILL" || engines.includes(pid)) send(pid, signal);
    for (const pid of marked) send(pid, "SIGCONT");
    for (let waited = 0; waited < patience; waited += interval) {
      if (!marked.some(isRunning) && (await processesMarked(mark)).length === 0) return true;
      await clock.sleep(interval);
    }
  }
  return false;
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    // It has just ended.
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
