import type { Actor } from "../model/actor.ts";
import type { Clock, LedgerPort, SpoolPort, Tell } from "./ports.ts";
import type { Heard } from "./spooled.ts";

export interface JournalPorts {
  readonly ledger: LedgerPort;
  readonly spool: SpoolPort;
  readonly clock: Clock;
  /** Who the events are by. */
  readonly by: Actor;
  readonly tell: Tell;
  /** Told of each event of this driver once it is written down, in the ledger or in the spool. Must not throw. */
  readonly heard?: Heard;
}
