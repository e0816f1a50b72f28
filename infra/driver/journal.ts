import type { Entry, EventKind, LedgerEvent } from "../ledger/event.ts";
import { ConflictError } from "../model/errors.ts";
import type { Clock, LedgerPort, SpoolPort, Tell } from "./ports.ts";

export interface JournalPorts {
  readonly ledger: LedgerPort;
  readonly spool: SpoolPort;
  readonly clock: Clock;
  /** Who the events are by. */
  readonly by: string;
  readonly tell: Tell;
}

/**
 * One driver's view of one stream: it knows the head, appends behind it, and stops at the first sign of another driver.
 *
 * Away from the settled slot an event is appended before the act (`append`); towards it the act comes first and the
 * event may wait in the spool (`appendLater`), so that an unreachable ledger never holds a rollback up.
 */
export class Journal {
  readonly #ports: JournalPorts;
  readonly #stream: string;
  readonly #entries: Entry[];
  #spooling = false;

  private constructor(ports: JournalPorts, stream: string, entries: readonly Entry[]) {
    this.#ports = ports;
    this.#stream = stream;
    this.#entries = [...entries];
  }

  /** Reads the stream, after what an earlier driver had to leave in the spool was appended to it. */
  static async open(ports: JournalPorts, stream: string): Promise<Journal> {
    const journal = new Journal(ports, stream, await ports.ledger.read(stream));
    await journal.#empty();
    return journal;
  }

  get entries(): readonly Entry[] {
    return this.#entries;
  }

  /** Sequence number that the next event will have. */
  get next(): number {
    return (this.#entries.at(-1)?.sequence ?? 0) + 1;
  }

  /** Whether the rollout got as far as an event of this kind. */
  has(kind: EventKind, rollout: string): boolean {
    return this.#entries.some(({ event }) => event.kind === kind && "rollout" in event && event.rollout === rollout);
  }

  async append(event: LedgerEvent): Promise<Entry> {
    if (this.#spooling) await this.#empty();
    return this.#append(event, this.#ports.by, this.#now());
  }

  /** Appends if the ledger answers, else spools; throws only when another driver took over. */
  async appendLater(event: LedgerEvent): Promise<void> {
    const at = this.#now();
    if (!this.#spooling) {
      try {
        await this.#append(event, this.#ports.by, at);
        return;
      } catch (error) {
        if (error instanceof ConflictError) throw error;
        this.#spooling = true;
        this.#ports.tell(
          "note",
          `The ledger did not take "${event.kind}"; it is spooled and appended later: ${String(error)}`,
        );
      }
    }
    await this.#ports.spool.add(this.#stream, event, this.#ports.by, at);
  }

  /** Appends what waits in the spool, in its order; what was stored although its answer got lost is there already. */
  async #empty(): Promise<void> {
    const waiting = await this.#ports.spool.read(this.#stream);
    if (waiting.length > 0) {
      this.#entries.splice(0, Infinity, ...(await this.#ports.ledger.read(this.#stream)));
      for (const { event, by, at } of waiting) {
        const text = JSON.stringify(event);
        const stored = this.#entries.some(
          (entry) => entry.at === at && entry.by === by && JSON.stringify(entry.event) === text,
        );
        if (!stored) await this.#append(event, by, at);
      }
      await this.#ports.spool.clear(this.#stream);
      this.#ports.tell("note", `${waiting.length} spooled events are in the ledger now`);
    }
    this.#spooling = false;
  }

  async #append(event: LedgerEvent, by: string, at: string): Promise<Entry> {
    const entry = await this.#ports.ledger.append(this.#stream, this.next, event, by, at);
    this.#entries.push(entry);
    return entry;
  }

  #now(): string {
    return new Date(this.#ports.clock.now()).toISOString();
  }
}
