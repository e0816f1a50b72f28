import type { LedgerEvent } from "../ledger/event.ts";
import { ConflictError, messageOf } from "../model/errors.ts";
import type { Plan } from "../model/plan.ts";
import type { Revision } from "../model/revision.ts";
import type { GateSettings } from "../model/settings/gates.ts";
import type { SigningSettings } from "../model/settings/signing.ts";
import type { SlotName } from "../model/slot.ts";
import type { Observation } from "../rollout/state.ts";
import type { DriftWatch } from "./drift.ts";
import type { Journal } from "./journal.ts";
import type { NoticeBoard } from "./notices/board.ts";
import type {
  Claim,
  Clock,
  CommandPort,
  ElsewherePort,
  EnginePort,
  HostPort,
  MetricsPort,
  RequestPort,
  SignerPort,
  Tell,
} from "./ports.ts";

/** What every command of the driver works with: one service of one environment. */
export interface Service {
  readonly environment: string;
  /** `org1/react-ui` */
  readonly name: string;
  /** `local.org1.react-ui` */
  readonly stack: string;
  /** Those on which the service runs, or is to run by its settings. */
  readonly hosts: readonly HostPort[];
  readonly engine: EnginePort;
  readonly command: CommandPort;
  /** Where people are told what becomes of its rollouts. */
  readonly board: Pick<NoticeBoard, "settled">;
  /** Where users' requests are counted; null: in the gateways' own logs, by the hosts. */
  readonly metrics: MetricsPort | null;
  readonly journal: Journal;
  /** How long a slot may keep its last connections before it is emptied. */
  readonly drainSeconds: number;
  /** What must be true before a release may come in, by the settings. */
  readonly gates: GateSettings;
  /** By which key its decisions and evidence are signed; null where the environment has none. */
  readonly signing: Signing | null;
  /** Where a release must have been before. */
  readonly elsewhere: ElsewherePort;
  /** Where people are asked for their approval; null where they aren't. */
  readonly requests: RequestPort | null;
  /** Whether somebody is paged when a rollback is stranded. */
  readonly pages: boolean;
  /** Where the driver runs, such as the run of a workflow; null when that isn't known. */
  readonly origin: string | null;
  /** How long one `up` may take. */
  readonly upSeconds: number;
  readonly clock: Clock;
  readonly tell: Tell;
  /** Aborted when a person asks the driver to stop: the rollout goes back. */
  readonly signal: AbortSignal;
}

export interface Signing {
  readonly signer: SignerPort;
  /** Public keys by the environment that they speak for. */
  readonly trusted: SigningSettings["trusted"];
  readonly decisionHours: number;
}

/** A rollout that this process carries through. */
export interface Run extends Service {
  readonly id: string;
  readonly purpose: "rollout" | "rollback";
  readonly plan: Plan;
  readonly candidate: SlotName;
  /** Slot that served when the rollout started; null for a first release. */
  readonly settled: SlotName | null;
  readonly revision: Revision;
  readonly revisionHash: string;
  /** Buckets in the order in which they get the candidate. */
  readonly order: readonly number[];
  /** Fencing token of this driver: the sequence number of its `started` or `resumed`. */
  readonly token: number;
  /** Events that wait until the traffic is back. */
  readonly afterwards: LedgerEvent[];
  /** What was changed by hand, as far as it was said. */
  readonly drift: DriftWatch;
}

export function claimOf({ token, id, candidate }: Run): Claim {
  return { token, rollout: id, slot: candidate };
}

/** Something that was tried on every host at once: where it worked and where it failed. */
export interface Everywhere<T> {
  readonly done: readonly { readonly host: string; readonly value: T }[];
  readonly failed: readonly Failure[];
}

export interface Failure {
  readonly host: string;
  readonly reason: string;
}

/** @throws ConflictError when a host has seen a newer driver: this one must change nothing more. */
export async function onEveryHost<T>(
  hosts: readonly HostPort[],
  act: (host: HostPort) => Promise<T>,
): Promise<Everywhere<T>> {
  const outcomes = await Promise.allSettled(hosts.map((host) => act(host)));
  const done: { host: string; value: T }[] = [];
  const failed: Failure[] = [];
  for (const [index, outcome] of outcomes.entries()) {
    const host = hosts[index]?.name ?? "";
    if (outcome.status === "fulfilled") done.push({ host, value: outcome.value });
    else if (outcome.reason instanceof ConflictError) throw outcome.reason;
    else failed.push({ host, reason: messageOf(outcome.reason) });
  }
  return { done, failed };
}

export const stopped = "stopped by a person";

/** What is seen once a person has asked the driver to stop. */
export const aborted: Observation = { kind: "aborted", reason: stopped };

/** What became of an act that has to be carried out on every host. */
export function carriedOut({ failed }: Everywhere<unknown>): Observation {
  if (failed.length === 0) return { kind: "healthy" };
  return { kind: "impossible", reason: inWords(failed), hosts: failed.map(({ host }) => host) };
}

export function inWords(failed: readonly Failure[]): string {
  return failed.map(({ host, reason }) => `${host}: ${reason}`).join("; ");
}
