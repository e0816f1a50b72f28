import type { Envelope } from "../model/envelope.ts";
import type { Revision } from "../model/revision.ts";
import type { SlotName } from "../model/slot.ts";
import type { Entry } from "./event.ts";

/** What a slot is declared to run. */
export interface Filled {
  readonly revision: Revision;
  readonly revisionHash: string;
  /** Number of the entry that filled it. */
  readonly sequence: number;
  /** The gates' signed decision for this revision, as it stood when the slot was filled; null where there was none. */
  readonly decision: Envelope | null;
}

/** One entry of a chain, as a stack remembers it. */
export interface Head {
  readonly sequence: number;
  readonly hash: string;
}

/** What a service's stack declares: what each slot runs, and which one serves the users. */
export interface Declared {
  readonly slots: Readonly<Record<SlotName, Filled | null>>;
  readonly settled: SlotName | null;
  /** Hosts on which the last revision of each slot has a place, also while the slot is empty. */
  readonly places: Readonly<Record<SlotName, readonly string[]>>;
  /** Number of the last entry that moved the settled marker: its fencing token on the hosts; 0 if none did. */
  readonly settleToken: number;
  /** The last decision for each revision, by its hash. */
  readonly decisions: Readonly<Record<string, Envelope>>;
  /** The last entry that changed any of this. */
  readonly head: Head | null;
}

export const nothingDeclared: Declared = {
  slots: { blue: null, green: null },
  settled: null,
  places: { blue: [], green: [] },
  settleToken: 0,
  decisions: {},
  head: null,
};

export function declared(entries: readonly Entry[]): Declared {
  return entries.reduce(declare, nothingDeclared);
}

/** One step of the fold. */
export function declare(before: Declared, { event, sequence, hash }: Entry): Declared {
  const head = { sequence, hash };
  switch (event.kind) {
    case "filled": {
      const { slot, revision, revisionHash } = event;
      const decision = before.decisions[revisionHash] ?? null;
      const slots = { ...before.slots, [slot]: { revision, revisionHash, sequence, decision } };
      return { ...before, head, slots, places: { ...before.places, [slot]: Object.keys(revision.hosts) } };
    }
    case "decided":
      return { ...before, head, decisions: { ...before.decisions, [event.revisionHash]: event.decision } };
    case "emptied":
      return { ...before, head, slots: { ...before.slots, [event.slot]: null } };
    case "promoted":
    case "reverted":
      return { ...before, head, settled: event.slot, settleToken: sequence };
    case "rolledBack":
      return before.settled === event.settled
        ? before
        : { ...before, head, settled: event.settled, settleToken: sequence };
    case "requested":
    case "gate":
    case "refused":
    case "started":
    case "resumed":
    case "prepared":
    case "verified":
    case "step":
    case "continued":
    case "held":
    case "observation":
    case "promoting":
    case "attested":
    case "answered":
    case "asked":
    case "excepted":
    case "rollingBack":
    case "stranded":
    case "reverting":
    case "revertFailed":
    case "lapsed":
    case "drifted":
    case "quarantineLifted":
    case "notified":
    case "unnotified":
      return before;
  }
}

/** What a host's marker is once the slot is settled: one that the slot has no place on serves nothing, and answers 503. */
export function markerOn({ places }: Declared, slot: SlotName | null, host: string): SlotName | null {
  return slot !== null && places[slot].includes(host) ? slot : null;
}

/**
 * How a chain stands to what a stack remembers of it: `behind` lacks entries that the stack was declared from (an old
 * copy), `foreign` has others in their place.
 */
export function checkHead(entries: readonly Entry[], remembered: Head | null): "ok" | "behind" | "foreign" {
  if (remembered === null) return "ok";
  const entry = entries[remembered.sequence - 1];
  if (entry === undefined) return "behind";
  return entry.hash === remembered.hash ? "ok" : "foreign";
}
