import { messageOf } from "../../model/errors.ts";
import type { Notice } from "../../model/notice.ts";
import type { LedgerEvent } from "../../ledger/event.ts";
import type { Clock, NotifierPort, Tell } from "../ports.ts";
import type { Written } from "../spooled.ts";
import { type About, noticeOf } from "./notice.ts";

export interface BoardPorts {
  readonly about: About;
  readonly notifiers: readonly NotifierPort[];
  /** Appends to the ledger, if it answers; never throws. */
  readonly note: (event: LedgerEvent) => Promise<void>;
  readonly clock: Clock;
  readonly tell: Tell;
}

/** A notice on its way to one notifier. */
interface Post {
  readonly notice: Notice;
  readonly notifier: NotifierPort;
  readonly thread: string | null;
  readonly served: string | null;
}

/**
 * Tells people what becomes of rollouts, beside the driver: each notifier has a queue of its own, in order. Nothing here
 * throws or is waited for, but by who asks for it.
 */
export class NoticeBoard {
  readonly #ports: BoardPorts;
  /** By notifier: resolves once all that was put into its queue is sent or given up. */
  readonly #queues = new Map<string, Promise<void>>();
  readonly #posts = new Set<Post>();
  /** By notifier and rollout, as far as this process began them. */
  readonly #threads = new Map<string, string>();
  readonly #over = new AbortController();

  constructor(ports: BoardPorts) {
    this.#ports = ports;
  }

  /** Puts up what an event means to people: the journal's `heard`. */
  hear(written: Written, before: readonly Written[], aside?: string): void {
    const { notifiers, about, tell } = this.#ports;
    if (notifiers.length === 0 || this.#over.signal.aborted) return;
    try {
      const notice = noticeOf(about, before, written, aside);
      if (!notice) return;
      for (const notifier of notifiers) {
        if (!notifier.wants(notice)) continue;
        const threadOf = (rollout: string) =>
          this.#threads.get(keyOf(notifier, rollout)) ?? threadIn(before, rollout, notifier);
        this.#put({ notice, notifier, thread: threadOf(notice.rollout), served: servedIn(before, threadOf) });
      }
    } catch (error) {
      tell("note", `Nobody could be told of "${written.event.kind}": ${messageOf(error)}`);
    }
  }

  /** Waits until all is sent or given up, for `ms` at most. */
  async settled(ms: number): Promise<void> {
    if (this.#posts.size === 0) return;
    const enough = new AbortController();
    await Promise.race([Promise.all(this.#queues.values()), this.#ports.clock.sleep(ms, enough.signal)]);
    enough.abort();
  }

  /** Sends what is left, for `ms` at most, gives the rest up, says so, and sends nothing more. */
  async close(ms: number): Promise<void> {
    await this.settled(ms);
    this.#over.abort();
    const left = [...this.#posts];
    this.#posts.clear();
    const given = left.map((post) => this.#giveUp(post, "it was not sent by the end of the command"));
    const enough = new AbortController();
    await Promise.race([Promise.all(given), this.#ports.clock.sleep(noteLimit, enough.signal)]);
    enough.abort();
  }

  #put(post: Post): void {
    const { name } = post.notifier;
    this.#posts.add(post);
    this.#queues.set(
      name,
      (this.#queues.get(name) ?? Promise.resolve()).then(() => this.#send(post)),
    );
  }

  async #send(post: Post): Promise<void> {
    const { notice, notifier } = post;
    const key = keyOf(notifier, notice.rollout);
    const known = this.#threads.get(key) ?? post.thread;
    if (!this.#posts.has(post)) return;
    try {
      const thread = await notifier.send(notice, known, this.#over.signal, post.served);
      if (thread !== null && thread !== known) {
        this.#threads.set(key, thread);
        const { rollout } = notice;
        await this.#ports.note({ kind: "notified", rollout, notifier: notifier.name, thread });
      }
    } catch (error) {
      if (this.#posts.has(post)) await this.#giveUp(post, messageOf(error));
    }
    this.#posts.delete(post);
  }

  async #giveUp({ notice, notifier }: Post, reason: string): Promise<void> {
    const { change, rollout } = notice;
    const kind = change === "stranded" ? "bad" : "note";
    this.#ports.tell(kind, `${notifier.name} could not be told of "${change}": ${reason}`);
    await this.#ports.note({ kind: "unnotified", rollout, notifier: notifier.name, about: change, reason });
  }
}

/** How long the ledger may take for what is written down at the very end, milliseconds. */
const noteLimit = 3_000;

function keyOf({ name }: NotifierPort, rollout: string): string {
  return `${name} ${rollout}`;
}

/** Where an earlier process put its notices of a rollout. */
function threadIn(before: readonly Written[], rollout: string, { name }: NotifierPort): string | null {
  const last = before.findLast(
    ({ event }) => event.kind === "notified" && event.rollout === rollout && event.notifier === name,
  )?.event;
  return last?.kind === "notified" ? last.thread : null;
}

/** The thread of the rollout that brought what serves; of one before it where nobody could be told of that one. */
function servedIn(before: readonly Written[], threadOf: (rollout: string) => string | null): string | null {
  const ended = before.flatMap(({ event }) =>
    event.kind === "promoted" || event.kind === "reverted" ? [event.rollout] : [],
  );
  for (const rollout of ended.reverse()) {
    const thread = threadOf(rollout);
    if (thread !== null) return thread;
  }
  return null;
}
