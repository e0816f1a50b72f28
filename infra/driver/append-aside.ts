import { ConflictError } from "../model/errors.ts";
import type { LedgerEvent } from "../ledger/event.ts";
import type { Journal } from "./journal.ts";

/** Appends what anybody may say while another driver is at work: that one lives, and appends what it sees. */
export async function appendAside(journal: Journal, event: LedgerEvent): Promise<void> {
  for (;;) {
    try {
      await journal.append(event);
      return;
    } catch (error) {
      if (!(error instanceof ConflictError) || (await journal.reread()).length === 0) throw error;
    }
  }
}
