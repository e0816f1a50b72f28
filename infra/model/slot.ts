export const slotNames = ["blue", "green"] as const;

/** One of the two copies of a service on a host, at a fixed address whether it runs or not. */
export type SlotName = (typeof slotNames)[number];

export function otherSlot(slot: SlotName): SlotName {
  return slot === "blue" ? "green" : "blue";
}
