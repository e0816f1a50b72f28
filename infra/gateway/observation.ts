import type { SlotName } from "../model/slot.ts";
import type { ObserveReply } from "./host-reply.ts";

/** One slot's requests: how many, how many ended with status 5xx, and how many took how many milliseconds. */
export interface SlotTally {
  readonly requests: number;
  readonly errors: number;
  /** Without streams, which have no duration worth counting. */
  readonly milliseconds: ReadonlyMap<number, number>;
}

export type GatewayTallies = Readonly<Record<SlotName, SlotTally>> & {
  /** Requests that were answered 503 because no slot was settled. */
  readonly unrouted: number;
  /** Copies of users' requests that the candidate got, with the time to its answer's first byte. */
  readonly copies: SlotTally;
  /** What the settled slot made of the very requests that were copied, counted in the same way. */
  readonly originals: SlotTally;
};

export const emptyTally: SlotTally = { requests: 0, errors: 0, milliseconds: new Map() };

export function tallies(reply: ObserveReply): GatewayTallies {
  const of = (name: keyof ObserveReply["slots"]) => slotTally(reply, name);
  const unrouted = reply.slots.none?.requests ?? 0;
  return { blue: of("blue"), green: of("green"), unrouted, copies: of("copies"), originals: of("originals") };
}

/** Sum over hosts, or over looks. */
export function addTallies(all: readonly SlotTally[]): SlotTally {
  const milliseconds = new Map<number, number>();
  for (const tally of all) {
    for (const [time, count] of tally.milliseconds) milliseconds.set(time, (milliseconds.get(time) ?? 0) + count);
  }
  const total = (field: "requests" | "errors"): number => all.reduce((sum, tally) => sum + tally[field], 0);
  return { requests: total("requests"), errors: total("errors"), milliseconds };
}

/** Percent of requests that ended with status 5xx; null without requests. */
export function errorPercent({ requests, errors }: SlotTally): number | null {
  return requests === 0 ? null : (100 * errors) / requests;
}

/** Smallest duration (ms) that at least `quantile` (0-1) of the requests kept to, exact; null without requests. */
export function durationQuantile({ milliseconds }: SlotTally, quantile: number): number | null {
  const sorted = [...milliseconds].sort(([a], [b]) => a - b);
  const wanted = quantile * sorted.reduce((sum, [, count]) => sum + count, 0);
  let seen = 0;
  for (const [time, count] of sorted) {
    seen += count;
    if (seen >= wanted) return time;
  }
  return null;
}

function slotTally(reply: ObserveReply, slot: keyof ObserveReply["slots"]): SlotTally {
  const seen = reply.slots[slot];
  if (seen === undefined) return emptyTally;
  const errors = Object.entries(seen.statuses).reduce((sum, [status, n]) => sum + (status.startsWith("5") ? n : 0), 0);
  const milliseconds = new Map(Object.entries(seen.milliseconds).map(([time, n]) => [Number(time), n]));
  return { requests: seen.requests, errors, milliseconds };
}
