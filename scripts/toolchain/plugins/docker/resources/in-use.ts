import { setTimeout as sleep } from "node:timers/promises";
import { describe, isNotFound } from "../engine/errors.ts";

const PATIENCE_MS = 30_000;
const PAUSE_MS = 1_000;

/** Removes what containers may still hold for a moment: they let go of it as they end. */
export async function retryWhileInUse(
  what: string,
  remove: () => Promise<unknown>,
  inUse: (error: unknown) => boolean,
  signal: AbortSignal,
): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    try {
      await remove();
      return;
    } catch (error) {
      if (isNotFound(error)) return;
      if (!inUse(error)) throw new Error(describe(error), { cause: error });
      if (performance.now() > deadline) {
        throw new Error(`timeout while waiting for ${what} to be removed: ${describe(error)}`, { cause: error });
      }
    }
    await sleep(PAUSE_MS, undefined, { signal });
  }
}
