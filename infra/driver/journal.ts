import { link, noHash } from "../ledger/chain.ts";
import { isFromBystander, type Entry, type EventKind, type LedgerEvent } from "../ledger/event.ts";
import { ConflictError, messageOf } from "../model/errors.ts";
import type { Clock, LedgerPort, SpoolPort, Tell } from "./ports.ts";
import { isSame, match, type Written } from "./spooled.ts";

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
  /** Something may wait in the spool: of an earlier driver until it was looked at, then of this one. */
  #spooled: "unknown" | "earlier" | "ours" | "none" = "unknown";
  /** An event that was given up because no answer came: the ledger may have it nevertheless. */
  #doubt: Written | null = null;

  private constructor(ports: JournalPorts, stream: string, entries: readonly Entry[]) {
    this.#ports = ports;
    this.#stream = stream;
    this.#entries = [...entries];
  }

  /** Reads the stream and changes nothing: a command that acts calls `catchUp` before it decides. */
  static async open(ports: JournalPorts, stream: string): Promise<Journal> {
    return new Journal(ports, stream, await ports.ledger.read(stream));
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

  /** Appends what an earlier driver on this machine had to leave in the spool, unless another one went on meanwhile. */
  async catchUp(): Promise<void> {
    if (this.#spooled !== "unknown" && this.#spooled !== "earlier") return;
    const waiting = await this.#ports.spool.read(this.#stream);
    this.#spooled = waiting.length > 0 ? "earlier" : "none";
    if (waiting.length > 0) await this.#flush();
  }

  /** Takes in what others appended meanwhile, and returns it: for a driver that takes over from one that still lives. */
  async reread(): Promise<readonly Entry[]> {
    const entries = await this.#ports.ledger.read(this.#stream);
    const news = entries.slice(this.#entries.length);
    this.#entries.push(...news);
    return news;
  }

  /** Looks whether a bystander said something. @throws ConflictError when another driver appended. */
  async listen(): Promise<void> {
    if (this.#spooled === "ours") return;
    await this.#clearDoubt();
    if ((await this.#takeIn()) < 0) throw new ConflictError("another driver appended meanwhile");
  }

  /** Takes in what bystanders appended and returns how many entries that were; -1 when another driver appended. */
  async #takeIn(): Promise<number> {
    const news = (await this.#ports.ledger.read(this.#stream)).slice(this.#entries.length);
    if (!news.every(({ event }) => isFromBystander(event))) return -1;
    this.#entries.push(...news);
    return news.length;
  }

  /** The entries as `catchUp` would leave them; changes neither ledger nor spool. For what only shows. */
  async foreseen(): Promise<readonly Entry[]> {
    const { missing } = match(await this.#ports.spool.read(this.#stream), this.#entries);
    const entries = [...this.#entries];
    for (const { event, by, at } of missing) {
      const last = entries.at(-1);
      const place = { stream: this.#stream, sequence: (last?.sequence ?? 0) + 1, previousHash: last?.hash ?? noHash };
      entries.push(link({ ...place, at, by }, event));
    }
    return entries;
  }

  /** @throws ConflictError when another driver appended first, UnknownError when nobody knows whether it was appended. */
  async append(event: LedgerEvent): Promise<Entry> {
    await this.catchUp();
    if (this.#spooled === "ours") await this.#flush();
    await this.#clearDoubt();
    const written = this.#written(event);
    try {
      return await this.#append(written);
    } catch (error) {
      if (!(error instanceof ConflictError)) this.#doubt = written;
      throw error;
    }
  }

  /** Appends if the ledger answers, else spools; throws only when another driver took over. */
  async appendLater(event: LedgerEvent): Promise<void> {
    const written = this.#written(event);
    if (this.#spooled !== "ours") {
      try {
        await this.catchUp();
        await this.#clearDoubt();
        await this.#append(written);
        return;
      } catch (error) {
        if (error instanceof ConflictError) throw error;
        const text = `The ledger did not take "${event.kind}"; it is spooled and appended later: ${messageOf(error)}`;
        this.#ports.tell("note", text);
      }
      if (this.#doubt) await this.#spool(this.#doubt, true);
      this.#doubt = null;
    }
    await this.#spool(written, false);
  }

  /** Traffic comes first: where even the spool takes nothing, a person gets to read what nobody will find later. */
  async #spool({ event, by, at }: Written, doubtful: boolean): Promise<void> {
    this.#spooled = "ours";
    try {
      await this.#ports.spool.add(this.#stream, { event, by, at, after: this.next - 1, doubtful });
    } catch (error) {
      this.#ports.tell("bad", `Neither ledger nor spool took ${JSON.stringify(event)}: ${messageOf(error)}`);
    }
  }

  async #flush(): Promise<void> {
    const waiting = await this.#ports.spool.read(this.#stream);
    const entries = await this.#ports.ledger.read(this.#stream);
    const { missing, superseded, reached } = match(waiting, entries);
    const ours = this.#spooled === "ours";
    if (superseded.length > 0) {
      const kinds = superseded.map(({ event }) => `"${event.kind}"`).join(", ");
      const what = `Another driver went on meanwhile, so what waited in the spool isn't appended: ${kinds}`;
      if (ours) throw new ConflictError(what);
      this.#ports.tell("bad", what);
    } else if (ours && missing.length === 0 && entries.length > Math.max(reached, this.next - 1)) {
      throw new ConflictError("another driver appended meanwhile");
    }
    this.#entries.splice(0, Infinity, ...entries);
    for (const line of missing) await this.#append(line);
    await this.#ports.spool.clear(this.#stream);
    this.#spooled = "none";
    if (waiting.length > superseded.length) {
      this.#ports.tell("note", `${waiting.length - superseded.length} spooled events are in the ledger now`);
    }
  }

  /** Finds out what became of an event whose answer got lost. */
  async #clearDoubt(): Promise<void> {
    if (!this.#doubt) return;
    const [next, ...more] = (await this.#ports.ledger.read(this.#stream)).slice(this.#entries.length);
    if (next && !isSame(next, this.#doubt)) throw new ConflictError(`entry ${next.sequence} is of another driver`);
    if (more.length > 0) throw new ConflictError(`another driver appended behind entry ${next?.sequence ?? 0}`);
    if (next) this.#entries.push(next);
    this.#doubt = null;
  }

  async #append(written: Written): Promise<Entry> {
    const { event, by, at } = written;
    const entry = await this.#ports.ledger
      .append(this.#stream, this.next, event, by, at)
      .catch(async (error: unknown) => {
        // A connection may break after the ledger stored an event and before it said so: then "taken" means "by us".
        const mine = error instanceof ConflictError ? await this.#stored(written) : null;
        if (mine) return mine;
        if (error instanceof ConflictError && (await this.#takeIn()) > 0) return null;
        throw error;
      });
    if (!entry) return this.#append(written);
    this.#entries.push(entry);
    return entry;
  }

  async #stored(written: Written): Promise<Entry | null> {
    // Two drivers could say these in the same millisecond, and each would take the other's token for its own.
    if (written.event.kind === "resumed" || written.event.kind === "reverting") return null;
    const more = await this.#ports.ledger.read(this.#stream).then(
      (entries) => entries.slice(this.#entries.length),
      () => [],
    );
    const [entry] = more;
    return entry && more.length === 1 && isSame(entry, written) ? entry : null;
  }

  #written(event: LedgerEvent): Written {
    return { event, by: this.#ports.by, at: new Date(this.#ports.clock.now()).toISOString() };
  }
}
