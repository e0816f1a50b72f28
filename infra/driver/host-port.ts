import type { SlotTally } from "../gateway/observation.ts";
import type { Filled } from "../ledger/declared.ts";
import type { Answer } from "../model/answer.ts";
import type { Share } from "../model/share.ts";
import type { SlotName } from "../model/slot.ts";
import type { ContainerReading } from "../model/usage.ts";

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

export type Tally = SlotTally;
export type SlotTallies = Readonly<Record<SlotName, Tally>>;

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
