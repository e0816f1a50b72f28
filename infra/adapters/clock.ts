import { setTimeout as wait } from "node:timers/promises";
import type { Clock } from "../driver/ports.ts";

/** The machine's clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  // In whole milliseconds: what is left of a time limit is handed to timers that take no others.
  steady: () => Math.round(performance.timeOrigin + performance.now()),
  async sleep(ms, signal) {
    if (signal?.aborted) return;
    await wait(ms, undefined, signal ? { signal } : {}).catch((error: unknown) => {
      if (!signal?.aborted) throw error;
    });
  },
};
