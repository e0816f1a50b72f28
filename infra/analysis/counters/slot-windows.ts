import type { SlotWindow } from "../../model/judge-window.ts";
import type { Bucket, SlotCounters } from "../../model/reading.ts";
import { type SlotName, slotNames } from "../../model/slot.ts";
import type { Increase } from "./increase.ts";

/** Bound of a histogram of which nothing was ever measured: it needs one. */
const anyBound = 60_000;

/** What came to both slots on all hosts together, with the bounds that all histograms have. */
export function slotWindows(increases: readonly Increase[]): Readonly<Record<SlotName, SlotWindow>> {
  const bounds = commonBounds(increases.flatMap(({ slots }) => slotNames.map((slot) => slots[slot].buckets)));
  const windowOf = (slot: SlotName) =>
    slotWindow(
      increases.map(({ slots }) => slots[slot]),
      bounds,
    );
  return { blue: windowOf("blue"), green: windowOf("green") };
}

function slotWindow(parts: readonly SlotCounters[], bounds: readonly number[]): SlotWindow {
  const sum = (of: (part: SlotCounters) => number) => parts.reduce((total, part) => total + of(part), 0);
  const upTo = [...bounds, Infinity].map((bound) => sum(({ buckets }) => countAt(buckets, bound)));
  // An exporter counts a request and its time one after the other, and may be read in between: counts never fall.
  const counts = upTo.map((count, index) => Math.max(0, count - (upTo[index - 1] ?? 0)));
  const answers = counts.reduce((total, count) => total + count, 0);
  const requests = Math.max(
    sum((part) => part.requests),
    answers,
  );
  const errors = Math.min(
    sum((part) => part.errors),
    requests,
  );
  return { requests, errors, latency: { boundsMilliseconds: [...bounds], counts } };
}

function commonBounds(histograms: readonly (readonly Bucket[])[]): readonly number[] {
  const [first = [], ...others] = histograms
    .filter((buckets) => buckets.length > 0)
    .map((buckets) => buckets.map(({ milliseconds }) => milliseconds).filter((bound) => bound > 0 && bound < Infinity));
  const common = first.filter((bound) => others.every((bounds) => bounds.includes(bound)));
  return common.length > 0 ? [...common].sort((a, b) => a - b) : [anyBound];
}

/** A histogram without this bound has none of the answers that it would tell of: then it has no buckets at all. */
function countAt(buckets: readonly Bucket[], bound: number): number {
  return buckets.find(({ milliseconds }) => milliseconds === bound)?.count ?? 0;
}
