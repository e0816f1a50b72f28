import type { Bucket, ExporterReading, SlotCounters } from "../../model/reading.ts";
import { type SlotName, slotNames } from "../../model/slot.ts";

/** What came to an exporter's counters between two readings. */
export type Increase = Pick<ExporterReading, "heartbeats" | "slots">;

/**
 * From one reading of an exporter to a later one. Counters never fall while an exporter runs: if one did, it has started
 * anew in between, all its counters began at 0, and what they hold now is what came since.
 */
export function increase(before: ExporterReading, after: ExporterReading): Increase {
  if (hasRestarted(before, after)) return after;
  const slots = (slot: SlotName) => slotIncrease(before.slots[slot], after.slots[slot]);
  return { heartbeats: after.heartbeats - before.heartbeats, slots: { blue: slots("blue"), green: slots("green") } };
}

function hasRestarted(before: ExporterReading, after: ExporterReading): boolean {
  if (after.heartbeats < before.heartbeats) return true;
  return slotNames.some((slot) => {
    const [was, is] = [before.slots[slot], after.slots[slot]];
    // A bucket that is gone counts as 0: its series vanished with the exporter that had it.
    const fell = ({ milliseconds, count }: Bucket) => countTo(is.buckets, milliseconds) < count;
    return is.requests < was.requests || is.errors < was.errors || was.buckets.some(fell);
  });
}

/** A series that the first reading hadn't is one that began at 0 since. */
function slotIncrease(before: SlotCounters, after: SlotCounters): SlotCounters {
  return {
    requests: after.requests - before.requests,
    errors: after.errors - before.errors,
    buckets: after.buckets.map(({ milliseconds, count }) => ({
      milliseconds,
      count: count - countTo(before.buckets, milliseconds),
    })),
  };
}

function countTo(buckets: readonly Bucket[], milliseconds: number): number {
  return buckets.find((bucket) => bucket.milliseconds === milliseconds)?.count ?? 0;
}
