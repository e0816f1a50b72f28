import type { ElsewherePort, LedgerPort } from "../driver/ports.ts";
import { attested } from "../ledger/attested.ts";
import { streamOf } from "../ledger/event.ts";

/** Other environments by their ledgers. @param open Opens an environment's ledger to read */
export function elsewhereBy(open: (environment: string) => Promise<LedgerPort>): ElsewherePort {
  return {
    attested: async (environment, service, digest) => {
      const ledger = await open(environment);
      try {
        return attested(await ledger.read(streamOf(environment, service)), digest);
      } finally {
        await ledger.close();
      }
    },
  };
}
