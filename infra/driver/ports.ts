import type { Request, RequestSource } from "../gates/request/source.ts";
import type { SlotTally } from "../gateway/observation.ts";
import type { Signature } from "../model/envelope.ts";
import type { Notice } from "../model/notice.ts";
import type { Reading, RequestHistory } from "../model/reading.ts";
import type { Share } from "../model/share.ts";
import type { SlotName } from "../model/slot.ts";
import type { Answer } from "../model/answer.ts";
import type { ContainerReading } from "../model/usage.ts";
import type { Attested } from "../ledger/attested.ts";
import type { Filled } from "../ledger/declared.ts";
import type { Entry, LedgerEvent } from "../ledger/event.ts";

/** The release ledger. */
export interface LedgerPort {
  /** Identity drawn by `sluice ledger init`; a stack remembers it and refuses another one. */
  id(): Promise<string>;
  /** All entries of one stream in order, verified; throws `LedgerError` when the chain is broken. */
  read(stream: string): Promise<readonly Entry[]>;
  /**
   * Appends one event as number `expected` of its stream.
   * @throws ConflictError when that number is taken: somebody else appended first.
   */
  append(stream: string, expected: number, event: LedgerEvent, by: string, at: string): Promise<Entry>;
  /** Names of all streams, sorted. */
  streams(): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** A process that carries a service's rollout through. */
export interface Holder {
  /** Unlike that of any other process, ever. */
  readonly id: string;
  /** For people: `alice on runner-2, process 4242`. */
  readonly who: string;
  /** Where `pid` means something. */
  readonly machine: string;
  readonly pid: number;
}

export interface Held {
  readonly holder: Holder;
  /** Moment to which it is held, by the store's own clock: changes with every renewal. */
  readonly until: number;
  /** Seconds from now to then; 0 or less once it has run out. */
  readonly remainingSeconds: number;
}

/**
 * Who drives each stream just now, for the good manners among drivers: nothing that must not happen depends on it, since
 * hosts and ledger refuse a driver that was succeeded. No history, so it isn't in the chain.
 */
export interface HolderPort {
  /** Takes or renews a hold, unless another one's has not run out or `force` is set. Returns whose it is now. */
  hold(stream: string, holder: Holder, seconds: number, force: boolean): Promise<Held>;
  heldBy(stream: string): Promise<Held | null>;
  /** Gives the holder's own hold up; another one's stays. */
  letGo(stream: string, holder: Holder): Promise<void>;
}

/** The driver's clock; tests pass their own. */
export interface Clock {
  /** The time of day, in milliseconds since the epoch. It jumps when somebody, or NTP, sets the machine's clock. */
  now(): number;
  /** Milliseconds that only go forward, at an even pace, whatever the clock is set to: for how long something lasts. */
  steady(): number;
  /** Resolves after `ms`, or at once when `signal` is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** In whose name a host call is made: refused when the rollout has ended there or a higher token was seen. */
export interface Claim {
  readonly token: number;
  readonly rollout: string;
  readonly slot: SlotName;
}

/** Whose requests a gateway is asked about: those of a bucket's clients, or of testers. */
export type Clients = number | "testers";

/** What a gateway's own variables said about some clients. `null` is "no slot": it answers 503. */
export interface Routing {
  readonly settled: SlotName | null;
  readonly target: SlotName | null;
  /** The slot that gets copies of their safe requests. */
  readonly copies: SlotName | null;
}

/** What a shadow's copies came to, and the users' requests that were copied. */
export interface ShadowTallies {
  readonly copies: Tally;
  readonly originals: Tally;
}

/** What a gateway's log told since the last time. */
export interface Counted {
  readonly cursor: string;
  /** Requests may be missing, or in it twice: the log that was counted last is gone. */
  readonly gap: boolean;
  readonly slots: SlotTallies;
  readonly shadow: ShadowTallies;
}

/** Where a host's gateway and its files stand for one service. */
export interface GatewayState {
  readonly settled: SlotName | null;
  /** Highest fencing token seen. */
  readonly token: number;
  /** Ticks of a lease that are still to come or on, 0 without one. */
  readonly leaseTicks: number;
}

/** What a slot should run. */
export type SlotContent = Pick<Filled, "revision" | "revisionHash">;
export type SlotContents = Readonly<Record<SlotName, SlotContent | null>>;

/** What isn't as it was declared on a host, in words, and when each slot's container was started. */
export interface Drift {
  readonly findings: readonly string[];
  readonly startedAt: Readonly<Record<SlotName, string | null>>;
}

/** One service on one host: its gateway, its two slots and the engine below them. Every call has a time limit. */
export interface HostPort {
  readonly name: string;
  /** Lays out a rollout's overlays, so that no later step needs room on the disk. */
  prepare(claim: Claim, shares: readonly Share[], order: readonly number[]): Promise<void>;
  /** Gives the candidate its share until the lease lapses; renewing is the same call. */
  lease(claim: Claim, share: Share): Promise<void>;
  /** Takes the overlay away and ends the rollout on this host, for good. */
  clear(claim: Pick<Claim, "token" | "rollout">): Promise<void>;
  /** Moves the settled marker. */
  settle(token: number, slot: SlotName | null): Promise<void>;
  state(): Promise<GatewayState>;
  /** Asks the gateway itself where these clients' requests go, by its status endpoint. */
  probe(clients: Clients): Promise<Routing>;
  /** A request to the slot's own address, past the gateway. */
  ask(slot: SlotName, path: string, timeoutMs: number): Promise<Answer>;
  /** A request through the gateway in the name of these clients; tells which slot answered. */
  askThrough(clients: Clients, path: string, timeoutMs: number): Promise<Answer & { readonly slot: SlotName | null }>;
  /** Base URL at which a program on this machine reaches the slot: `http://127.0.0.1:20001`. */
  url(slot: SlotName): Promise<string>;
  /** Counts users' requests since `cursor`; `null` starts now. */
  observe(cursor: string | null): Promise<Counted>;
  /**
   * Commands by which a person takes the overlay away, and moves the marker unless it is undefined, from where the driver
   * runs; as a shell takes them.
   */
  byHand(claim: Pick<Claim, "token" | "rollout">, marker: SlotName | null | undefined): readonly string[];
  /** Has the gateway log one request in the name of no service, by which is seen whether its log is still read. */
  beat(): Promise<void>;
  /** Connections from the gateway to the slot that are open now. */
  connections(slot: SlotName): Promise<number>;
  /** What the slot's container uses, as Docker tells it now, running or not; null when there is none. */
  usage(slot: SlotName): Promise<ContainerReading | null>;
  /** Whether the Docker engine answers within this time; rejects where it can't be reached at all. */
  engineAnswers(timeoutMs: number): Promise<boolean>;
  /** What of the gateway's configuration and the slots' containers was changed by hand. */
  drift(wanted: SlotContents): Promise<Drift>;
  /** Ids of the containers of ours in these slots, running or not. */
  containersIn(slots: readonly SlotName[]): Promise<readonly string[]>;
  /**
   * Removes these containers and those past images of the service that nobody on this host keeps or uses, and rotates logs.
   * Returns what was removed.
   */
  collect(
    images: { readonly keep: readonly string[]; readonly past: readonly string[] },
    containers: readonly string[],
  ): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** A metrics source: what it holds of one service's counters. */
export interface MetricsPort {
  /** In words: `Prometheus at http://prometheus:9090`. */
  readonly name: string;
  /**
   * Milliseconds that samples may be old, by the source's own clock, to be in a reading. A last reading that is twice as
   * old is no start to count from.
   */
  readonly maxAgeMs: number;
  /** All of one moment. Throws `UnknownError` with what the source said when the question failed, or was half answered. */
  read(): Promise<Reading>;
  /** What became of the service's requests in the last `days`. Throws `UnknownError` likewise. */
  history(days: number): Promise<RequestHistory>;
}

export type Tally = SlotTally;
export type SlotTallies = Readonly<Record<SlotName, Tally>>;

/** What an `up` or a `preview` of a stack came to: resources by operation, e.g. `{ same: 7, create: 2 }`. */
export type ChangeSummary = Readonly<Record<string, number>>;

/** Resolves while a driver is the one that drives. @throws ConflictError once it was succeeded */
export type Fence = () => Promise<void>;

/** Pulumi. */
export interface EnginePort {
  /**
   * Previews with a saved plan and carries out just that plan. Throws `UnknownError` with the engine's message. Once `stop`
   * is aborted it comes to an end soon, in good order where that can be had, and throws what it was at.
   *
   * A driver's `fence` is asked before anything begins, and again when the program is evaluated, with the stack locked: who
   * was succeeded changes nothing. Engines that are still at work for drivers before it are ended first, as far as this
   * machine has them.
   * @throws BusyError when somebody else is at the stack, and stays at it
   */
  up(stack: string, stop?: AbortSignal, fence?: Fence): Promise<ChangeSummary>;
  preview(stack: string, stop?: AbortSignal): Promise<ChangeSummary>;
}

/** Signs in the environment's name. */
export interface SignerPort {
  /** Signs these bytes (Ed25519). Throws `InputError` or `UnknownError` when the key can't be had. */
  sign(bytes: Buffer): Promise<Signature>;
}

/** Other environments, of which a release may have to come. */
export interface ElsewherePort {
  /** What an environment's ledger says of an image of this service. Throws where it can't be asked. */
  attested(environment: string, service: string, digest: string): Promise<Attested>;
}

/** Issues on which people are asked for their approval. */
export interface RequestPort {
  /** Whose teams may be asked. */
  readonly organisation: string;
  /** Opens one and returns it as it is kept. Throws `UnknownError` when nobody knows whether there is one now. */
  open(text: {
    readonly title: string;
    readonly body: string;
    readonly labels: readonly string[];
  }): Promise<Omit<Request, "by" | "breaking" | "isUsed">>;
  /** What was said there, and by whom. `teams`: whose members may approve, by slug. Throws `UnknownError`. */
  read(request: Request, teams: readonly string[]): Promise<RequestSource>;
}

/** Where people are told what becomes of rollouts. */
export interface NotifierPort {
  /** Its name in the settings. */
  readonly name: string;
  /** Whether it is to be told of this. */
  readonly wants: (notice: Notice) => boolean;
  /**
   * Tells it, with retries of its own; gives up at once when `signal` is aborted. Its errors hold no secret.
   * @param thread where earlier notices of the same rollout are, as an earlier call returned it
   * @param served where those of the rollout are that brought what serves until now
   * @returns where later ones go; null where it has no threads
   */
  readonly send: (
    notice: Notice,
    thread: string | null,
    signal: AbortSignal,
    served?: string | null,
  ) => Promise<string | null>;
}

/** Runs `health.command`. */
export interface CommandPort {
  /** `exitCode` is null when the program could not be started, or was ended: by the time limit, by `signal`, by another. */
  run(
    command: readonly string[],
    environment: Readonly<Record<string, string>>,
    timeoutMs: number,
    signal: AbortSignal,
  ): Promise<{ readonly exitCode: number | null; readonly output: string }>;
}

/** An event that could not be appended when it happened. */
export interface Spooled {
  readonly event: LedgerEvent;
  readonly by: string;
  readonly at: string;
  /** Number of the last entry that the driver knew: anything of others behind it means that the driver was succeeded. */
  readonly after: number;
  /** Its answer got lost and its act was given up: it counts if the ledger has it, and isn't appended again. */
  readonly doubtful: boolean;
}

/** Keeps events that could not be appended while traffic was being brought back. */
export interface SpoolPort {
  add(stream: string, line: Spooled): Promise<void>;
  read(stream: string): Promise<readonly Spooled[]>;
  clear(stream: string): Promise<void>;
}

/** Shows what happens, as it happens. */
export type Tell = (kind: "step" | "good" | "bad" | "note", text: string) => void;
