import { environmentStream } from "../ledger/event.ts";
import { unrecorded } from "../ledger/exceptions.ts";
import type { Actor } from "../model/actor.ts";
import { ConflictError } from "../model/errors.ts";
import type { Exception } from "../model/exception.ts";
import type { Clock, LedgerPort } from "./ports.ts";

export interface RecordPorts {
  readonly ledger: Pick<LedgerPort, "read" | "append">;
  readonly clock: Pick<Clock, "now">;
  readonly by: Actor;
}

/**
 * Writes into the environment's own stream by which exceptions something is about to be declared, unless it has them.
 *
 * @param exceptions Those in force in the environment.
 * @throws what the ledger throws: what can't be written down isn't acted on
 */
export async function recordExceptions(
  { ledger, clock, by }: RecordPorts,
  environment: string,
  exceptions: readonly Exception[],
): Promise<void> {
  const stream = environmentStream(environment);
  for (;;) {
    const entries = await ledger.read(stream);
    const [next] = unrecorded(entries, exceptions);
    if (next === undefined) return;
    const sequence = (entries.at(-1)?.sequence ?? 0) + 1;
    const at = new Date(clock.now()).toISOString();
    await ledger.append(stream, sequence, { kind: "excepted", ...next }, by, at).catch((error: unknown) => {
      // Another service's driver was first, with the same ones most likely. A number that is taken is there to be read.
      if (!(error instanceof ConflictError)) throw error;
    });
  }
}
