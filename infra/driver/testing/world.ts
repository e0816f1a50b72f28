import { declared, type Declared, markerOn } from "../../ledger/declared.ts";
import { quarantine } from "../../ledger/rollouts.ts";
import { ConflictError, UnknownError } from "../../model/errors.ts";
import { digestOf } from "../../model/release.ts";
import type { Revision } from "../../model/revision.ts";
import type { ContainerReading } from "../../model/usage.ts";
import { slotNames, type SlotName } from "../../model/slot.ts";
import { stream } from "../../ledger/testing/events.ts";
import { FakeClock } from "./fake-clock.ts";
import { FakeEngine } from "./fake-engine.ts";
import { FakeHost } from "./fake-host.ts";
import { FakeLedger } from "./fake-ledger.ts";

/** How a release behaves: what it answers privately, and what its users get. */
export interface Behaviour {
  readonly privately?: "well" | "ill" | "silent";
  /** `hangs`: it takes a request and never answers. */
  readonly throughGateway?: "well" | "ill" | "silent" | "hangs";
  /** None of its users' requests is in the gateway's log: they don't come, or it holds them. */
  readonly unlogged?: true;
  /** Percent of its users' requests that fail. */
  readonly errorPercent?: number;
  readonly p95?: number;
  /** Percent of its memory limit and of its CPU limit that it takes; 20 and 10 unless said. */
  readonly memoryPercent?: number;
  readonly cpuPercent?: number;
  /** Milliseconds after which it ends, again and again, and Docker starts it again at once. */
  readonly crashesEvery?: number;
}

/** Hosts, a ledger, an engine and users, all in memory, with what must hold at any moment checked at every change. */
export class World {
  readonly clock = new FakeClock();
  readonly ledger = new FakeLedger();
  readonly engine = new FakeEngine();
  readonly hosts: readonly FakeHost[];
  readonly behaviours = new Map<string, Behaviour>();
  /** Requests that users make to a host in one look. */
  traffic = 100;
  /** Heartbeats that each host's gateway logged. */
  readonly beats = new Map<string, number>();
  /** Hosts whose log was taken away since it was counted last. */
  readonly rotated = new Set<string>();
  /** What the last `up` declared. */
  stack = "";
  /** Hosts that nobody reaches. */
  readonly unreachable = new Set<string>();
  /** Hosts whose Docker engine takes requests and answers none. */
  readonly hanging = new Set<string>();
  /** Milliseconds that the ledger takes to append an event of this kind. */
  slowLedger: (kind: string) => number = () => 0;
  /** And to read a stream. */
  slowRead: () => number = () => 0;
  /** Broken promises, in words; a test expects none. */
  readonly violations: string[] = [];
  /** Revisions that were checked privately on every host, or that may serve unchecked. */
  readonly verified = new Set<string>();
  /** With `recreate` the settled slot is emptied and the users wait. */
  mayEmptyServed = false;
  /**
   * Milliseconds for which markers of hosts that answer may differ. A driver's call takes 10: the one that moves them, or
   * fails on one host, and the two that then bring the other one back.
   */
  mayBeApartFor = 30;
  #apartSince: number | null = null;
  #longestApart = 0;

  constructor(names: readonly string[] = ["host-a", "host-b"]) {
    const lease = { tickSeconds: 10, leaseTicks: 3 } as const;
    this.hosts = names.map((name) => new FakeHost(name, () => this.clock.steady(), lease));
  }

  /** What Docker tells of a slot's container. Its counters began when the world, or when it was last started again. */
  usageOf(host: FakeHost, slot: SlotName): ContainerReading | null {
    const revision = host.containers[slot];
    if (!revision) return null;
    const { memoryPercent = 20, cpuPercent = 10, crashesEvery = Infinity } = this.behaviourOf(revision);
    const at = this.clock.steady();
    const restarts = Math.floor(at / crashesEvery);
    const startedAt = restarts === 0 ? 0 : restarts * crashesEvery;
    return {
      container: `${host.name}-${slot}-${revision.release.version}`,
      at,
      startedAt,
      memoryBytes: memoryPercent * 1_000_000,
      memoryLimitBytes: 100_000_000,
      cpuSeconds: ((at - startedAt) / 1000) * (cpuPercent / 100) * 2,
      coresLimit: 2,
      restarts,
      isRestarting: false,
      isOomKilled: false,
    };
  }

  behaviourOf(revision: Revision | null): Behaviour {
    return revision ? (this.behaviours.get(revision.release.version) ?? {}) : { privately: "silent" };
  }

  /** Looked at after every change that a driver makes. Hosts on which only one slot has a place go their own way. */
  check(what: string): void {
    const { places } = declared(this.ledger.entries);
    const shared = slotNames.flatMap((slot) => (places[slot].length > 0 ? [places[slot]] : []));
    const together = this.hosts.filter(
      ({ name }) => !this.unreachable.has(name) && shared.every((names) => names.includes(name)),
    );
    const markers = new Set(together.map(({ settled }) => settled));
    if (markers.size <= 1) this.#apartSince = null;
    else this.#apartSince ??= this.clock.steady();
    this.#longestApart = Math.max(this.#longestApart, this.apartFor());
    const held = quarantine(this.ledger.entries);
    for (const host of this.hosts) {
      for (const slot of host.served()) {
        const revision = host.containers[slot];
        if (!revision) {
          if (!this.mayEmptyServed)
            this.violations.push(`${what}: users of ${host.name} reach ${slot}, which is empty`);
          continue;
        }
        const { version, image } = revision.release;
        if (!this.verified.has(version)) this.violations.push(`${what}: users reach ${version}, which nobody verified`);
        if (host.settled === slot && held.has(digestOf(image))) {
          const moving = [...this.ledger.entries].some(({ event }) => event.kind === "reverting");
          if (!moving) this.violations.push(`${what}: ${version} is settled on ${host.name}, and in quarantine`);
        }
      }
    }
  }

  /** A driver was killed, and another one begins: what the first one left apart, its first few calls bring together. */
  takenOver(): void {
    this.violations.push(...this.#apartTooLong());
    if (this.#apartSince !== null) this.#apartSince = this.clock.steady();
    this.#longestApart = 0;
    this.mayBeApartFor = Math.max(this.mayBeApartFor, 60);
  }

  #apartTooLong(): readonly string[] {
    const apart = Math.max(this.#longestApart, this.apartFor());
    return apart > this.mayBeApartFor ? [`hosts that answer had different markers for ${apart} ms`] : [];
  }

  /** Milliseconds for which the reachable hosts have had different markers. */
  apartFor(): number {
    return this.#apartSince === null ? 0 : this.clock.steady() - this.#apartSince;
  }

  /** The engine: everything as its program said. `only` is how many hosts it gets to before it is killed. */
  up(only: number, stack: Declared): Readonly<Record<string, number>> {
    const { settled, settleToken, slots } = stack;
    const wanted = this.wanted(stack);
    let changes = 0;
    for (const host of this.hosts.slice(0, only)) {
      if (this.unreachable.has(host.name)) throw new UnknownError(`engine: ${host.name} can't be reached`);
      host.known = true;
      for (const slot of slotNames) changes += this.#fill(host, slot, runningOn(slots[slot]?.revision, host));
      const own = markerOn(stack, settled, host.name);
      const marker = `${own}:${settleToken}`;
      if (this.#markerOf(host) !== marker) {
        try {
          host.settle(settleToken, own);
        } catch (error) {
          if (error instanceof ConflictError) throw new UnknownError(error.message, { cause: error });
          throw error;
        }
        this.#markers.set(host.name, marker);
        changes++;
      }
    }
    if (only >= this.hosts.length) this.stack = wanted;
    return { same: 5, update: changes };
  }

  /** What the stack would have to declare now. */
  wanted({ settled, settleToken, slots }: Declared = declared(this.ledger.entries)): string {
    return JSON.stringify([`${settled}:${settleToken}`, ...slotNames.map((slot) => slots[slot]?.revisionHash ?? null)]);
  }

  /** What is wrong once everything has ended: words, none when all agree. */
  disagreements(): readonly string[] {
    const stack = declared(this.ledger.entries);
    const { settled, slots } = stack;
    const wrong: string[] = [...this.violations];
    wrong.push(...this.#apartTooLong());
    const problem = this.ledger.problem(stream);
    if (problem) wrong.push(`the chain is broken: ${problem}`);
    const nothing = this.stack === "" && this.wanted() === '["null:0",null,null]';
    if (this.stack !== this.wanted() && !nothing)
      wrong.push(`the stack declares ${this.stack}, the ledger ${this.wanted()}`);
    for (const host of this.hosts) {
      const own = markerOn(stack, settled, host.name);
      if (host.settled !== own) wrong.push(`${host.name} has ${host.settled} settled, the ledger ${own}`);
      if (host.known && host.route(0).target !== own) wrong.push(`${host.name} still sends bucket 0 elsewhere`);
      for (const slot of slotNames) {
        const [is, ought] = [host.containers[slot], runningOn(slots[slot]?.revision, host)].map(
          (of) => of?.release.version,
        );
        if (is !== ought) wrong.push(`${slot} of ${host.name} holds ${is}, the ledger says ${ought}`);
      }
    }
    return wrong;
  }

  readonly #markers = new Map<string, string>();

  #markerOf(host: FakeHost): string {
    return this.#markers.get(host.name) ?? "";
  }

  #fill(host: FakeHost, slot: SlotName, revision: Revision | null): number {
    const before = host.containers[slot];
    if (JSON.stringify(before) === JSON.stringify(revision)) return 0;
    if (before && host.served().includes(slot) && !this.mayEmptyServed) {
      this.violations.push(`up replaced ${slot} of ${host.name}, which serves`);
    }
    host.containers[slot] = revision;
    return 1;
  }
}

function runningOn(revision: Revision | undefined, { name }: FakeHost): Revision | null {
  return revision?.hosts[name] ? revision : null;
}
