import type { Request, RequestSource } from "../gates/request/source.ts";
import type { Signature } from "../model/envelope.ts";
import type { Notice } from "../model/notice.ts";
import type { Reading, RequestHistory } from "../model/reading.ts";
import type { Attested } from "../ledger/attested.ts";
import type { Entry, LedgerEvent } from "../ledger/event.ts";

export type * from "./host-port.ts";

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
