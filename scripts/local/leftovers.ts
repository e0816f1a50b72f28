import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { endFolder } from "./end-folder.ts";
import type { OnProgress } from "./errors.ts";
import { type Ownership, ownership, readOwner } from "./owner.ts";
import { runsFolder } from "./run-folder.ts";

const ENDING_TIMEOUT_MS = 60_000;

/**
 * Cleans up after earlier runs that were killed, and waits for those that are cleaning up now: they hold ports. What
 * can't be cleaned up is told and left: it may not be in the way.
 */
export async function sweepLeftovers(onProgress: OnProgress, runs = runsFolder()): Promise<void> {
  if (!existsSync(runs)) return;
  await Promise.all(readdirSync(runs).map((name) => sweep(join(runs, name), onProgress)));
}

async function sweep(folder: string, onProgress: OnProgress): Promise<void> {
  const deadline = performance.now() + ENDING_TIMEOUT_MS;
  let said = false;
  for (;;) {
    const found = ownershipOf(folder);
    switch (found?.kind) {
      case undefined:
      case "used":
        return;
      case "leftover":
        onProgress(`cleaning up after an earlier run that was killed (${folder})`);
        return endFolder(folder).catch((error: unknown) => onProgress(`it can't be cleaned up: ${String(error)}`));
      case "ending":
        if (!said) onProgress(`waiting for an earlier run to clean up (${folder})`);
        said = true;
        if (performance.now() > deadline) return onProgress(`it doesn't end: see ${join(folder, "supervisor.log")}`);
        await sleep(200);
    }
  }
}

/** `undefined`: the folder is gone. */
function ownershipOf(folder: string): Ownership | undefined {
  const made = statSync(folder, { throwIfNoEntry: false });
  return made && ownership(readOwner(folder), Date.now() - made.birthtimeMs);
}
