import type { Entry, EventOf } from "../ledger/event.ts";
import type { SlotName } from "../model/slot.ts";

/** What a slot held last. */
export function previousFilling(entries: readonly Entry[], slot: SlotName): EventOf<"filled"> | null {
  const last = entries.findLast(({ event }) => event.kind === "filled" && event.slot === slot)?.event;
  return last?.kind === "filled" ? last : null;
}

/** Whether the rollout itself filled the slot already: a driver that was killed may have come this far. */
export function isFilledBy(entries: readonly Entry[], rollout: string, slot: SlotName): boolean {
  return entries.some(({ event }) => event.kind === "filled" && event.rollout === rollout && event.slot === slot);
}
