import { type Entry, type EventKind, isFromBystander, type LedgerEvent } from "../ledger/event.ts";
import type { Actor } from "../model/actor.ts";
import { ConflictError, messageOf } from "../model/errors.ts";
import { InTurn } from "./in-turn.ts";
import { ledgerAnswers } from "./ledger-answers.ts";
import { limits } from "./limits.ts";
import type { JournalPorts } from "./journal-ports.ts";
import { flushed, hasDriver, hasEvent, isSame, match, storedAs, type Written } from "./spooled.ts";

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
  /** Events of this driver that only the spool has. */
  readonly #waiting: Written[] = [];
  /** When the ledger was last asked whether it takes what waits. */
  #triedAt = -Infinity;
  readonly #turns = new InTurn();

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

  get by(): Actor {
    return this.#ports.by;
  }

  /** Sequence number that the next event will have. */
  get next(): number {
    return (this.#entries.at(-1)?.sequence ?? 0) + 1;
  }

  /** Whether the rollout got as far as an event of this kind, behind an entry where its number is given. */
  has(kind: EventKind, rollout: string, after = 0): boolean {
    return hasEvent(this.#entries.slice(after), kind, rollout);
  }

  /** Appends what an earlier driver on this machine had to leave in the spool, unless another one went on meanwhile. */
  catchUp(): Promise<void> {
    return this.#turns.run(() => this.#catchUp());
  }

  async #catchUp(): Promise<void> {
    if (this.#spooled !== "unknown" && this.#spooled !== "earlier") return;
    this.#spooled = (await this.#ports.spool.read(this.#stream)).length > 0 ? "earlier" : "none";
    if (this.#spooled === "earlier") await this.#flush();
  }

  /** Takes in what others appended meanwhile, and returns it: for a driver that takes over from one that still lives. */
  reread(): Promise<readonly Entry[]> {
    return this.#turns.run(async () => {
      const news = await this.#news();
      this.#entries.push(...news);
      return news;
    });
  }

  /** Looks whether a bystander said something. @throws ConflictError when another driver appended. */
  listen(): Promise<void> {
    return this.#turns.run(async () => {
      if (!(await this.#tryAgain())) return;
      await this.#clearDoubt();
      if ((await this.#takeIn()) < 0) throw new ConflictError("another driver appended meanwhile");
    });
  }

  /** Takes in what bystanders appended and returns how many entries that were; -1 when another driver appended. */
  async #takeIn(): Promise<number> {
    const news = await this.#news();
    if (hasDriver(news)) return -1;
    this.#entries.push(...news);
    return news.length;
  }

  /** The entries as `catchUp` would leave them; changes neither ledger nor spool. For what only shows. */
  async foreseen(): Promise<readonly Entry[]> {
    return flushed(this.#stream, await this.#ports.spool.read(this.#stream), this.#entries);
  }

  /** @throws ConflictError when another driver appended first, UnknownError when nobody knows whether it was appended. */
  append(event: LedgerEvent): Promise<Entry> {
    return this.#turns.run(async () => {
      // What waits is a driver's, who may be alive, and finds it there.
      if (!isFromBystander(event)) await this.#catchUp();
      if (this.#spooled === "ours") await this.#flush();
      await this.#clearDoubt();
      const written = this.#written(event);
      try {
        const before = [...this.#entries];
        const entry = await this.#append(written);
        this.#ports.heard?.(written, before);
        return entry;
      } catch (error) {
        if (!(error instanceof ConflictError)) this.#doubt = written;
        throw error;
      }
    });
  }

  /**
   * Appends if the ledger answers, else spools; throws only when another driver took over.
   * @param aside what people are to know beside it; the ledger doesn't keep that
   */
  appendLater(event: LedgerEvent, aside?: string): Promise<void> {
    return this.#turns.run(async () => {
      const before = [...this.#entries, ...this.#waiting];
      const written = this.#written(event);
      await this.#appendOrSpool(written);
      this.#ports.heard?.(written, before, aside);
    });
  }

  /** Appends what a bystander in this process says. Never throws: where the ledger doesn't take it, it is dropped. */
  note(event: LedgerEvent): Promise<void> {
    return this.#turns
      .run(async () => {
        const written = this.#written(event);
        // In the order in which it was written: nothing comes into the ledger before events that wait.
        if (this.#spooled === "ours") await this.#spool(written, false);
        else if (this.#spooled === "none") {
          await this.#clearDoubt();
          await this.#append(written);
        }
      })
      .catch(() => undefined);
  }

  async #appendOrSpool(written: Written): Promise<void> {
    if (await this.#tryAgain()) {
      try {
        await this.#catchUp();
        await this.#clearDoubt();
        await this.#append(written);
        return;
      } catch (error) {
        if (error instanceof ConflictError) throw error;
        const text = `The ledger did not take "${written.event.kind}"; it is spooled and appended later: ${messageOf(error)}`;
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
    if (!doubtful) this.#waiting.push({ event, by, at });
    try {
      await this.#ports.spool.add(this.#stream, { event, by, at, after: this.next - 1, doubtful });
    } catch (error) {
      this.#ports.tell("bad", `Neither ledger nor spool took ${JSON.stringify(event)}: ${messageOf(error)}`);
    }
  }

  /** Appends what waits where the ledger answers again; false while it doesn't. @throws ConflictError as `#flush` does */
  async #tryAgain(): Promise<boolean> {
    if (this.#spooled !== "ours") return true;
    const { clock } = this.#ports;
    if (clock.steady() - this.#triedAt < limits.ledgerRetry) return false;
    try {
      if (await ledgerAnswers(this.#ports, this.#stream)) {
        await this.#flush();
        return true;
      }
    } catch (error) {
      if (error instanceof ConflictError) throw error;
    }
    this.#triedAt = clock.steady();
    return false;
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
    } else if (ours && missing.length === 0 && hasDriver(entries.slice(Math.max(reached, this.next - 1)))) {
      throw new ConflictError("another driver appended meanwhile");
    }
    this.#entries.splice(0, Infinity, ...entries);
    for (const line of missing) await this.#append(line);
    await this.#ports.spool.clear(this.#stream);
    this.#spooled = "none";
    this.#waiting.length = 0;
    if (waiting.length > superseded.length) {
      this.#ports.tell("note", `${waiting.length - superseded.length} spooled events are in the ledger now`);
    }
  }

  /** Finds out what became of an event whose answer got lost. */
  async #clearDoubt(): Promise<void> {
    if (!this.#doubt) return;
    const [next, ...more] = await this.#news();
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
        const mine = error instanceof ConflictError ? storedAs(written, await this.#news().catch(() => [])) : null;
        if (mine) return mine;
        if (error instanceof ConflictError && (await this.#takeIn()) > 0) return null;
        throw error;
      });
    if (!entry) return this.#append(written);
    this.#entries.push(entry);
    return entry;
  }

  /** What the ledger has behind what is known. */
  async #news(): Promise<readonly Entry[]> {
    return (await this.#ports.ledger.read(this.#stream)).slice(this.#entries.length);
  }

  #written(event: LedgerEvent): Written {
    return { event, by: this.#ports.by, at: new Date(this.#ports.clock.now()).toISOString() };
  }
}
