import { mkdir, open, readFile, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { UnknownError } from "../../model/errors.ts";
import { isRunning, isStopped } from "../processes.ts";

const RETRY_MS = 50;
const LONGEST_WAIT_MS = 60_000;
/** A holder that is stopped gets this long to go on. */
const STOPPED_MS = 5_000;

/**
 * Runs a task while no other process (or call in this one) runs one with the same lock file. For short tasks: a lock whose
 * holder is dead, or stopped in the middle, is taken over.
 *
 * @throws UnknownError when the lock isn't free within a minute
 */
export async function oneAtATime<Result>(file: string, task: () => Promise<Result>): Promise<Result> {
  await mkdir(dirname(file), { recursive: true });
  await acquire(file);
  try {
    return await task();
  } finally {
    if ((await holderOf(file)) === process.pid) await rm(file, { force: true });
  }
}

async function acquire(file: string): Promise<void> {
  const since = performance.now();
  while (!(await tryCreate(file))) {
    const waited = performance.now() - since;
    if (await isAbandoned(file, waited)) await rm(file, { force: true });
    else if (waited > LONGEST_WAIT_MS) {
      throw new UnknownError(`${file} has been held by another process for ${LONGEST_WAIT_MS / 1000} s`);
    } else await sleep(RETRY_MS);
  }
}

async function tryCreate(file: string): Promise<boolean> {
  try {
    const handle = await open(file, "wx");
    await handle.writeFile(String(process.pid));
    await handle.close();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/** A holder that is no more. A lock that is being written is empty for a moment: it gets a second. */
async function isAbandoned(file: string, waited: number): Promise<boolean> {
  try {
    const pid = await holderOf(file);
    if (pid > 0) return !isRunning(pid) || (waited > STOPPED_MS && isStopped(pid));
    return Date.now() - (await stat(file)).mtimeMs > 1000;
  } catch {
    return false; // gone meanwhile
  }
}

/** 0 while it is being written. */
async function holderOf(file: string): Promise<number> {
  return Number(await readFile(file, "utf8").catch(() => ""));
}
