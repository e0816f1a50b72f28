import { limits } from "./limits.ts";
import type { Clock, LedgerPort } from "./ports.ts";

/** Whether a ledger that took nothing answers again, without waiting for it as long as a query may take. */
export async function ledgerAnswers(
  { ledger, clock }: { readonly ledger: LedgerPort; readonly clock: Clock },
  stream: string,
): Promise<boolean> {
  const over = new AbortController();
  const read = ledger.read(stream).then(
    () => true,
    () => false,
  );
  try {
    return await Promise.race([read, clock.sleep(limits.ledgerReach, over.signal).then(() => false)]);
  } finally {
    over.abort();
  }
}
