import { canonicalJson, link, noHash, toStored, verifyChain } from "../../ledger/chain.ts";
import type { Entry, LedgerEvent } from "../../ledger/event.ts";
import { ConflictError } from "../../model/errors.ts";
import type { Spooled } from "../ports.ts";

/** The ledger's port in memory: it links, refuses a number that is taken, and gives back what was stored as JSON. */
export class FakeLedger {
  readonly entries: Entry[] = [];

  append(stream: string, expected: number, event: LedgerEvent, by: string, at: string): Entry {
    if (expected !== this.entries.length + 1) throw new ConflictError(`entry ${expected} is taken`);
    const previousHash = this.entries.at(-1)?.hash ?? noHash;
    const entry = link({ stream, sequence: expected, at, by, previousHash }, event);
    // Fields come back in the order of canonical JSON, as from a real store.
    this.entries.push({ ...entry, event: JSON.parse(canonicalJson(entry.event)) as LedgerEvent });
    return entry;
  }

  /** What is wrong with the chain; null when nothing is. */
  problem(stream: string): string | null {
    const chain = verifyChain(stream, this.entries.map(toStored));
    return chain.ok ? null : chain.problem.detail;
  }
}

/** One machine's spool. */
export class FakeSpool {
  lines: Spooled[] = [];
}
