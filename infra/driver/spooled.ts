import { canonicalJson, plainData } from "../ledger/chain.ts";
import type { Entry } from "../ledger/event.ts";
import type { Spooled } from "./ports.ts";

/** An event as a driver writes it down: who, when, what. */
export type Written = Pick<Spooled, "event" | "by" | "at">;

/** Whether an entry is just this event of just this driver. The ledger keeps fields in an order of its own. */
export function isSame(entry: Entry, { event, by, at }: Written): boolean {
  return (
    entry.at === at &&
    entry.by === by.toWellFormed() &&
    canonicalJson(plainData(entry.event)) === canonicalJson(plainData(event))
  );
}

export interface Matched {
  /** To be appended, in this order. */
  readonly missing: readonly Spooled[];
  /** Not to be appended any more: another driver wrote what happened instead. */
  readonly superseded: readonly Spooled[];
  /** Number of the last entry that the driver of these lines knows or made. */
  readonly reached: number;
}

/**
 * What of a spool is not in the ledger yet. A driver's events follow the last entry that it knew, without anyone else's
 * between them: what another driver wrote there holds, whatever the first one believed.
 */
export function match(waiting: readonly Spooled[], entries: readonly Entry[]): Matched {
  let reached = waiting[0]?.after ?? 0;
  const missing: Spooled[] = [];
  for (const [index, line] of waiting.entries()) {
    const found = missing.length > 0 ? undefined : entries[reached];
    if (found && isSame(found, line)) reached = found.sequence;
    else if (line.doubtful) continue;
    else if (found) return { missing, superseded: waiting.slice(index), reached };
    else missing.push(line);
  }
  return { missing, superseded: [], reached };
}
