import type { JudgeWindow, LatencyHistogram, SlotWindow } from "../../model/judge-window.ts";
import { emptyHistogram, merge } from "./histogram.ts";

/** What a slot did in all windows so far. */
export interface SlotTally {
  readonly requests: number;
  readonly errors: number;
  /** By the bounds that all windows had; null before the first window. */
  readonly latency: LatencyHistogram | null;
}

export interface Tally {
  readonly windows: number;
  /** Watched time: the windows in which both slots had requests. */
  readonly seconds: number;
  readonly candidate: SlotTally;
  readonly settled: SlotTally;
}

const nothing: SlotTally = { requests: 0, errors: 0, latency: null };

export const emptyTally: Tally = { windows: 0, seconds: 0, candidate: nothing, settled: nothing };

export function addTally(tally: Tally, { seconds, slots }: JudgeWindow): Tally {
  const watched = slots.candidate.requests > 0 && slots.settled.requests > 0;
  return {
    windows: tally.windows + 1,
    seconds: tally.seconds + (watched ? seconds : 0),
    candidate: addSlot(tally.candidate, slots.candidate),
    settled: addSlot(tally.settled, slots.settled),
  };
}

/** Share of failed requests, 0 to 1; null without requests. */
export function errorShare({ requests, errors }: Pick<SlotTally, "requests" | "errors">): number | null {
  return requests === 0 ? null : errors / requests;
}

function addSlot(tally: SlotTally, { requests, errors, latency }: SlotWindow): SlotTally {
  const before = tally.latency ?? emptyHistogram(latency.boundsMilliseconds);
  // Bounds that changed altogether begin anew: nothing of before can be compared with them.
  return {
    requests: tally.requests + requests,
    errors: tally.errors + errors,
    latency: merge(before, latency) ?? latency,
  };
}
