import { checkHead, declared, type Declared } from "../infra/ledger/declared.ts";
import { type Entry, streamOf } from "../infra/ledger/event.ts";
import { LedgerError } from "../infra/model/errors.ts";
import type { Remembered } from "./remembered.ts";

/** The part of a ledger that a stack needs: it never appends. */
export interface LedgerReader {
  id(): Promise<string>;
  read(stream: string): Promise<readonly Entry[]>;
}

/**
 * @throws LedgerError when the stack was declared from another ledger: an empty or foreign file must never empty slots.
 */
export async function checkedLedgerId(ledger: LedgerReader, { ledger: before }: Remembered): Promise<string> {
  const id = await ledger.id();
  if (before !== null && before.id !== id) {
    throw new LedgerError(
      `This is ledger ${id}, and the stack was declared from ledger ${before.id}: nothing was changed. ` +
        "Point `ledger` in the settings at that one, or restore it (`sluice ledger restore`).",
    );
  }
  return id;
}

/**
 * What the ledger says that a service's stack declares.
 *
 * @throws LedgerError when the ledger is another one than the stack's, or older than what the stack was declared from.
 */
export async function declaredBy(
  ledger: LedgerReader,
  environment: string,
  service: string,
  before: Remembered,
): Promise<{ id: string; declared: Declared }> {
  const id = await checkedLedgerId(ledger, before);
  const stream = streamOf(environment, service);
  const entries = await ledger.read(stream);
  const head = before.ledger?.head ?? null;
  switch (checkHead(entries, head)) {
    case "ok":
      return { id, declared: declared(entries) };
    case "behind":
      throw new LedgerError(
        `Ledger ${id} ends ${stream} at entry ${entries.length}, and the stack was declared from entry ` +
          `${head?.sequence ?? 0}: this is an older copy, nothing was changed. Restore the newest backup.`,
      );
    case "foreign":
      throw new LedgerError(
        `Ledger ${id} has another entry ${head?.sequence ?? 0} of ${stream} than the one that the stack was declared ` +
          "from: the two parted ways, nothing was changed.",
      );
  }
}
