import { stream } from "../../ledger/testing/events.ts";
import { declared } from "../../ledger/declared.ts";
import { actorOf } from "../../model/actor.ts";
import { UnknownError } from "../../model/errors.ts";
import type { GateSettings } from "../../model/settings/gates.ts";
import { type SlotName, slotNames } from "../../model/slot.ts";
import type { Service, Signing } from "../context.ts";
import { Journal } from "../journal.ts";
import { NoticeBoard } from "../notices/board.ts";
import type {
  Clock,
  CommandPort,
  ElsewherePort,
  EnginePort,
  Fence,
  HostPort,
  LedgerPort,
  MetricsPort,
  NotifierPort,
  RequestPort,
  SlotTallies,
  SpoolPort,
  Tally,
} from "../ports.ts";
import { none } from "../phases/top-up.ts";
import type { FakeHost } from "./fake-host.ts";
import { FakeSpool } from "./fake-ledger.ts";
import type { World } from "./world.ts";

/** Where a driver is killed: at its n-th call of a port, before it has an effect, after it, or (the engine) halfway. */
export interface Kill {
  readonly at: number;
  readonly when: "before" | "half" | "after";
}

/** Breaks a call: before its effect, or after it, so that only the answer is lost. */
export type Fault = (call: string, world: World) => "before" | "lost" | null;

export interface DriverOptions {
  readonly kill?: Kill;
  /** Where its process stops for a while, with what it has started, to go on when `wake` is called. */
  readonly pause?: Kill;
  readonly faults?: readonly Fault[];
  /** @default "here" */
  readonly machine?: string;
  /** The machine's spool; drivers on one machine share it. */
  readonly spool?: FakeSpool;
  readonly signal?: AbortSignal;
  /** Called at every call, before its effect. */
  readonly onCall?: (call: string, count: number) => void;
  readonly command?: CommandPort;
  readonly drainSeconds?: number;
  readonly metrics?: MetricsPort;
  readonly environment?: string;
  readonly gates?: GateSettings;
  readonly signing?: Signing;
  readonly elsewhere?: ElsewherePort;
  readonly requests?: RequestPort;
  readonly notifiers?: readonly NotifierPort[];
}

/** One driver's process: everything that it does passes here, so it can be killed and its calls can be broken. */
export class Driver {
  calls = 0;
  readonly names: string[] = [];
  readonly told: string[] = [];
  /** Where its notices are put up, once it is open. */
  board: NoticeBoard | null = null;
  /** Resolves when it was killed. */
  readonly killed: Promise<"killed">;
  /** Resolves when it has stopped for a while. */
  readonly paused: Promise<"paused">;
  wake: () => void = () => undefined;
  #awake: Promise<void> = Promise.resolve();
  readonly #stop: (how: "paused") => void;
  readonly #world: World;
  readonly #options: DriverOptions;
  readonly #die: (how: "killed") => void;
  #dead = false;

  constructor(world: World, options: DriverOptions = {}) {
    this.#world = world;
    this.#options = options;
    const { promise, resolve } = Promise.withResolvers<"killed">();
    this.killed = promise;
    this.#die = resolve;
    const pause = Promise.withResolvers<"paused">();
    this.paused = pause.promise;
    this.#stop = pause.resolve;
  }

  get machine(): string {
    return this.#options.machine ?? "here";
  }

  get isDead(): boolean {
    return this.#dead;
  }

  /** Opens the journal and runs a command of the driver, to its end or until it is killed. */
  async run<T>(command: (service: Service) => Promise<T>): Promise<T | "killed"> {
    return Promise.race([this.open().then(command), this.killed]);
  }

  async open(): Promise<Service> {
    const world = this.#world;
    const clock: Clock = {
      now: () => world.clock.now(),
      steady: () => world.clock.steady(),
      sleep: (ms, signal) =>
        this.#call("sleep", () => Promise.resolve(), { delay: 0 })
          .then(() => world.clock.sleep(ms, signal))
          .then(() => (this.#dead ? never() : undefined)),
    };
    const tell = (_kind: string, text: string) => void this.told.push(text);
    const board = new NoticeBoard({
      about: { environment: this.#options.environment ?? "local", service: "org1/react-ui" },
      notifiers: this.#options.notifiers ?? [],
      note: (event) => journal.note(event),
      clock,
      tell,
    });
    const heard = board.hear.bind(board);
    const journal: Journal = await Journal.open(
      { ledger: this.#ledger(), spool: this.#spool(), clock, by: actorOf("alice", "test"), tell, heard },
      stream,
    );
    this.board = board;
    return {
      environment: this.#options.environment ?? "local",
      name: "org1/react-ui",
      stack: "local.org1.react-ui",
      hosts: world.hosts.map((host) => this.#host(host)),
      engine: this.#engine(),
      command: this.#options.command ?? { run: () => Promise.resolve({ exitCode: 0, output: "" }) },
      board,
      metrics: this.#options.metrics ?? null,
      journal,
      gates: this.#options.gates ?? {},
      signing: this.#options.signing ?? null,
      elsewhere: this.#options.elsewhere ?? { attested: () => Promise.reject(new Error("nothing is elsewhere")) },
      requests: this.#options.requests ?? null,
      pages: true,
      origin: null,
      drainSeconds: this.#options.drainSeconds ?? 10,
      upSeconds: 1_800,
      clock,
      tell,
      signal: this.#options.signal ?? new AbortController().signal,
    };
  }

  /** The process is gone: what it waits for never comes. */
  kill(): void {
    this.#dead = true;
    this.#die("killed");
  }

  async #call<T>(
    name: string,
    effect: (half: boolean, midway: () => Promise<void>) => T | Promise<T>,
    { delay = 10 } = {},
  ): Promise<T> {
    if (this.#dead) return never();
    const count = ++this.calls;
    this.names.push(name);
    this.#options.onCall?.(name, count);
    const kill = this.#options.kill?.at === count ? this.#options.kill.when : null;
    if (kill === "before") return this.#end();
    const pause = this.#options.pause?.at === count ? this.#options.pause.when : null;
    if (pause === "before") this.#fallAsleep();
    await this.#awake;
    if (delay > 0) await this.#world.clock.sleep(delay);
    if (this.#dead) return never();
    const broken = this.#options.faults?.map((fault) => fault(name, this.#world)).find((how) => how !== null) ?? null;
    if (broken === "before") throw new UnknownError(`${name} failed`);
    const midway = async () => {
      if (pause === "half") this.#fallAsleep();
      await this.#awake;
    };
    const done = Promise.resolve().then(() => effect(kill === "half", midway));
    await done.catch(() => undefined);
    this.#world.check(name);
    if (kill) return this.#end();
    if (pause === "after") this.#fallAsleep();
    await this.#awake;
    const value = await done;
    if (broken === "lost") throw new UnknownError(`${name}: the answer got lost`);
    return value;
  }

  #fallAsleep(): void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#awake = promise;
    this.wake = resolve;
    this.#stop("paused");
  }

  #end(): Promise<never> {
    this.kill();
    return never();
  }

  #ledger(): LedgerPort {
    const { ledger } = this.#world;
    return {
      id: () => Promise.resolve("fake"),
      read: () =>
        this.#call("ledger.read", async () => {
          const ms = this.#world.slowRead();
          if (ms > 0) await this.#world.clock.sleep(ms);
          return [...ledger.entries];
        }),
      append: (of, expected, event, by, at) =>
        this.#call(`ledger.append ${event.kind}`, async () => {
          const ms = this.#world.slowLedger(event.kind);
          if (ms > 0) await this.#world.clock.sleep(ms);
          return ledger.append(of, expected, event, by, at);
        }),
      streams: () => Promise.resolve([stream]),
      close: () => Promise.resolve(),
    };
  }

  #spool(): SpoolPort {
    const spool = this.#options.spool ?? new FakeSpool();
    return {
      add: (_stream, line) => this.#call("spool.add", () => void spool.lines.push(line), { delay: 0 }),
      read: () => this.#call("spool.read", () => [...spool.lines], { delay: 0 }),
      clear: () => this.#call("spool.clear", () => void (spool.lines = []), { delay: 0 }),
    };
  }

  #engine(): EnginePort {
    const world = this.#world;
    const up = async (half: boolean, midway: () => Promise<void>, stop?: AbortSignal, fence?: Fence) => {
      const under = world.engine.begin(this, fence !== undefined);
      try {
        await fence?.();
        const program = declared([...world.ledger.entries]);
        await midway();
        const hangs = world.hosts.findIndex(({ name }) => world.hanging.has(name));
        if (hangs >= 0) await aborted(stop);
        under.check();
        if (!stop?.aborted) return world.up(half ? 1 : Infinity, program);
        world.up(Math.max(hangs, 0), program);
        throw new UnknownError("Pulumi was cancelled");
      } finally {
        under.over();
      }
    };
    return {
      up: (_stack, stop, fence) =>
        this.#call("engine.up", (half, midway) => up(half, midway, stop, fence), { delay: 2_000 }),
      preview: () => this.#call("engine.preview", () => ({}), { delay: 2_000 }),
    };
  }

  #host(host: FakeHost): HostPort {
    const world = this.#world;
    const call = <T>(name: string, effect: () => T | Promise<T>) =>
      this.#call(`${host.name} ${name}`, () => {
        if (world.unreachable.has(host.name)) throw new UnknownError(`${host.name} can't be reached`);
        return effect();
      });
    const tally = (requests: number, slot: SlotName): Tally => {
      const { errorPercent = 0, p95 = 20 } = world.behaviourOf(host.containers[slot]);
      return {
        requests,
        errors: Math.round((requests * errorPercent) / 100),
        milliseconds: new Map([
          [p95 / 2, Math.ceil(requests / 2)],
          [p95, Math.floor(requests / 2)],
        ]),
      };
    };
    return {
      name: host.name,
      prepare: (claim, shares, order) => call("prepare", () => host.prepare(claim, shares, order)),
      lease: (claim, share) => call("lease", () => host.lease(claim, share)),
      clear: (claim) => call("clear", () => host.clear(claim)),
      settle: (token, slot) => call("settle", () => host.settle(token, slot)),
      state: () => call("state", () => host.state()),
      probe: (clients) => call("probe", () => host.route(clients)),
      ask: (slot) =>
        call("ask", () => {
          const revision = host.containers[slot];
          const answer = answerOf(world.behaviourOf(revision).privately ?? "well");
          if (revision && answer.kind === "answered" && answer.status === 200)
            world.verified.add(revision.release.version);
          return answer;
        }),
      askThrough: (clients, _path, timeoutMs) =>
        call("askThrough", async () => {
          const { target } = host.route(clients);
          if (!target) return { ...answerOf("ill"), slot: null };
          const { throughGateway = "well" } = world.behaviourOf(host.containers[target]);
          if (throughGateway === "hangs") await world.clock.sleep(timeoutMs);
          return { ...answerOf(host.containers[target] ? throughGateway : "ill"), slot: target };
        }),
      url: () => Promise.resolve("http://127.0.0.1:1"),
      observe: (cursor) =>
        call("observe", () => {
          const served = host.served();
          const isLogged = (slot: SlotName) => !world.behaviourOf(host.containers[slot]).unlogged;
          const each = (slot: SlotName) =>
            tally(cursor !== null && served.includes(slot) && isLogged(slot) ? world.traffic : 0, slot);
          const slots: SlotTallies = { blue: each("blue"), green: each("green") };
          const copied = cursor === null ? null : host.shadowed();
          const shadow = {
            copies: copied ? tally(world.traffic, copied) : none,
            originals: copied && host.settled ? tally(world.traffic, host.settled) : none,
          };
          return { cursor: "1", gap: world.rotated.delete(host.name), slots, shadow };
        }),
      beat: () =>
        call("beat", () => {
          world.beats.set(host.name, (world.beats.get(host.name) ?? 0) + 1);
        }),
      connections: (slot) => call("connections", () => host.open[slot]),
      usage: (slot) => (world.hanging.has(host.name) ? never() : call("usage", () => world.usageOf(host, slot))),
      byHand: ({ token, rollout }, marker) => [
        `clear ${token} ${rollout}`,
        ...(marker === undefined ? [] : [`settle ${marker}`]),
      ],
      drift: () => call("drift", () => ({ findings: host.drift, startedAt: { blue: null, green: null } })),
      engineAnswers: (timeoutMs) =>
        world.hanging.has(host.name)
          ? world.clock.sleep(timeoutMs).then(() => false)
          : call("engineAnswers", () => true),
      containersIn: (slots) => call("containersIn", () => slots.flatMap((slot) => host.orphans[slot] ?? [])),
      collect: (_keep, containers) =>
        call("collect", () => {
          for (const slot of slotNames) {
            if (containers.includes(host.orphans[slot] ?? "")) delete host.orphans[slot];
          }
          return containers;
        }),
      close: () => Promise.resolve(),
    };
  }
}

function answerOf(how: "well" | "ill" | "silent" | "hangs") {
  if (how === "silent" || how === "hangs") return { kind: "failed", reason: "no answer" } as const;
  return { kind: "answered", status: how === "well" ? 200 : 500, body: "{}", milliseconds: 5 } as const;
}

function aborted(signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) resolve();
    signal?.addEventListener("abort", () => resolve());
  });
}

function never<T>(): Promise<T> {
  return new Promise(() => undefined);
}
