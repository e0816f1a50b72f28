import { canonicalJson, link, noHash, plainData } from "../ledger/chain.ts";
import { type Entry, type EventKind, isFromBystander } from "../ledger/event.ts";
import type { Spooled } from "./ports.ts";

/** An event as a driver writes it down: who, when, what. */
export type Written = Pick<Spooled, "event" | "by" | "at">;

/**
 * Is told of an event once it is written down.
 * @param before what happened before, also what only the spool has
 * @param aside what people are to know beside the event
 */
export type Heard = (written: Written, before: readonly Written[], aside?: string) => void;

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
 * What of a spool is not in the ledger yet. A driver's events follow the last entry that it knew, without another driver's
 * between them: what that one wrote there holds, whatever the first one believed. What bystanders said takes nothing over.
 */
export function match(waiting: readonly Spooled[], entries: readonly Entry[]): Matched {
  let reached = waiting[0]?.after ?? 0;
  const missing: Spooled[] = [];
  for (const [index, line] of waiting.entries()) {
    let found = missing.length > 0 ? undefined : entries[reached];
    while (found && isFromBystander(found.event) && !isSame(found, line)) found = entries[++reached];
    if (found && isSame(found, line)) reached = found.sequence;
    else if (line.doubtful) continue;
    else if (found) return { missing, superseded: waiting.slice(index), reached };
    else missing.push(line);
  }
  return { missing, superseded: [], reached };
}

/** The stream as it is once its spool is emptied. */
export function flushed(stream: string, waiting: readonly Spooled[], known: readonly Entry[]): readonly Entry[] {
  const entries = [...known];
  for (const { event, by, at } of match(waiting, known).missing) {
    const last = entries.at(-1);
    const place = { stream, sequence: (last?.sequence ?? 0) + 1, previousHash: last?.hash ?? noHash };
    entries.push(link({ ...place, at, by }, event));
  }
  return entries;
}

/** Whether another driver wrote any of these: bystanders take nothing over. */
export function hasDriver(entries: readonly Entry[]): boolean {
  return entries.some(({ event }) => !isFromBystander(event));
}

/** The entry by which the ledger has just this, where it is the only one that is new; null where it isn't, or may not be. */
export function storedAs(written: Written, news: readonly Entry[]): Entry | null {
  // Two drivers could say these in the same millisecond, and each would take the other's token for its own.
  if (written.event.kind === "resumed" || written.event.kind === "reverting") return null;
  const [entry] = news;
  return entry && news.length === 1 && isSame(entry, written) ? entry : null;
}

/** Whether an event of this kind is among a rollout's. */
export function hasEvent(entries: readonly Entry[], kind: EventKind, rollout: string): boolean {
  return entries.some(({ event }) => event.kind === kind && "rollout" in event && event.rollout === rollout);
}
