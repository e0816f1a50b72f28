import { declared, markerOn } from "../ledger/declared.ts";
import type { SlotName } from "../model/slot.ts";
import type { Run, Service } from "./context.ts";
import type { HostPort } from "./ports.ts";

/** The hosts on which one of these slots has a place. Others know nothing of the service yet, or any more. */
export function hostsWith(
  { hosts, journal }: Pick<Service, "hosts" | "journal">,
  ...slots: readonly (SlotName | null)[]
): readonly HostPort[] {
  const { places } = declared(journal.entries);
  return hosts.filter(({ name }) => slots.some((slot) => slot !== null && places[slot].includes(name)));
}

/** The hosts that a rollout touches: where the candidate is, and where the settled slot is. */
export function hostsOf(run: Pick<Run, "hosts" | "journal" | "candidate" | "settled">): readonly HostPort[] {
  return hostsWith(run, run.candidate, run.settled);
}

/** By host, what its marker has to be for this slot to be settled: none where the slot has no place. */
export function markersFor({ journal }: Pick<Service, "journal">, slot: SlotName | null) {
  const stack = declared(journal.entries);
  return ({ name }: Pick<HostPort, "name">): SlotName | null => markerOn(stack, slot, name);
}
