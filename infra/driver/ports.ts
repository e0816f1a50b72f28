import type { Entry, LedgerEvent } from "../ledger/event.ts";

/** The release ledger. */
export interface LedgerPort {
  /** Identity drawn by `sluice ledger init`; a stack remembers it and refuses another one. */
  id(): Promise<string>;
  /** All entries of one stream in order, verified; throws `LedgerError` when the chain is broken. */
  read(stream: string): Promise<readonly Entry[]>;
  /**
   * Appends one event as number `expected` of its stream.
   * @throws ConflictError when that number is taken: somebody else appended first.
   */
  append(stream: string, expected: number, event: LedgerEvent, by: string, at: string): Promise<Entry>;
  /** Names of all streams, sorted. */
  streams(): Promise<readonly string[]>;
  close(): Promise<void>;
}
