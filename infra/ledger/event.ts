import { z } from "zod";
import { envelopeSchema } from "../model/envelope.ts";
import { judgeWindow } from "../model/judge-window.ts";
import { planSchema } from "../model/plan.ts";
import { digest, pinnedImage, releaseSchema, version } from "../model/release.ts";
import { revisionSchema } from "../model/revision.ts";
import { slotNames } from "../model/slot.ts";
import { usageSchema } from "../model/usage.ts";

const slot = z.enum(slotNames);
const rollout = z.string().min(1);

/** Outcome of one check on one host. "unknown" is a check that could not be made: never health. */
const check = z.strictObject({
  name: z.string(),
  host: z.string(),
  result: z.enum(["healthy", "unhealthy", "unknown"]),
  detail: z.string(),
});

/** What was counted in one look at a slot; milliseconds and percent. */
const figures = z.strictObject({
  requests: z.int().min(0),
  errorPercent: z.number().nullable(),
  p95Milliseconds: z.number().nullable(),
});

/** What can happen to a service in an environment, or to the environment itself. Members are only ever added; a changed one gets a new name. */
export const eventSchema = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("requested"),
    rollout,
    release: releaseSchema,
    purpose: z.enum(["rollout", "rollback"]),
    /** Why somebody wants to go back. */
    reason: z.string().optional(),
  }),
  z.strictObject({
    kind: z.literal("gate"),
    rollout,
    gate: z.string(),
    allowed: z.boolean(),
    reason: z.string(),
    inputs: z.record(z.string(), z.unknown()),
  }),
  z.strictObject({ kind: z.literal("refused"), rollout, reason: z.string() }),
  /** A person's signed answer to a release that is asked for, or will be. */
  z.strictObject({ kind: z.literal("answered"), approval: envelopeSchema }),
  /** People are asked on an issue to agree to one revision, by one plan; what they are shown, as it was opened. */
  z.strictObject({
    kind: z.literal("asked"),
    version,
    digest,
    revision: digest,
    plan: digest,
    repository: z.string(),
    issue: z.int().min(1),
    url: z.string(),
    title: z.string(),
    body: z.string(),
    /** Hash of the report of breaking changes that is shown there. */
    breaking: digest.nullable(),
    /** The rollout for which it was asked, and the image, as people are told of them. */
    rollout: rollout.optional(),
    image: pinnedImage.optional(),
  }),
  /** The gates' decision for one revision, signed: by it the rollout's slots are filled. */
  z.strictObject({ kind: z.literal("decided"), rollout, revisionHash: digest, decision: envelopeSchema }),
  z.strictObject({
    kind: z.literal("started"),
    rollout,
    purpose: z.enum(["rollout", "rollback"]),
    candidate: slot,
    settled: slot.nullable(),
    revision: revisionSchema,
    revisionHash: digest,
    plan: planSchema,
  }),
  z.strictObject({ kind: z.literal("resumed"), rollout }),
  /** From here on the stack declares this revision in this slot. */
  z.strictObject({
    kind: z.literal("filled"),
    rollout,
    slot,
    revision: revisionSchema,
    revisionHash: digest,
  }),
  /** From here on the stack declares this slot empty. */
  z.strictObject({ kind: z.literal("emptied"), rollout: rollout.nullable(), slot, lostConnections: z.int().min(0) }),
  z.strictObject({ kind: z.literal("prepared"), rollout }),
  z.strictObject({ kind: z.literal("verified"), rollout, checks: z.array(check), healthy: z.boolean() }),
  z.strictObject({ kind: z.literal("step"), rollout, index: z.int().min(0), percent: z.number() }),
  z.strictObject({
    kind: z.literal("observation"),
    rollout,
    result: z.enum(["healthy", "unhealthy", "unknown"]),
    reason: z.string(),
    figures: z.record(z.string(), figures),
    /** What the judge was given, where one judges. */
    window: judgeWindow.optional(),
    /** What the slots' containers used since the look before. One that couldn't be asked isn't in it. */
    usage: z.array(usageSchema).optional(),
  }),
  /** A person said that the pause at this step of the plan is over. */
  z.strictObject({ kind: z.literal("continued"), rollout, index: z.int().min(0) }),
  /** Its window has closed: it keeps what the candidate has, and goes on once one opens. */
  z.strictObject({ kind: z.literal("held"), rollout, reason: z.string() }),
  z.strictObject({ kind: z.literal("promoting"), rollout, slot }),
  /** The marker moved on every host and was seen to: the slot is settled. */
  z.strictObject({
    kind: z.literal("promoted"),
    rollout,
    slot,
    /** The digest that a rollback left by this promotion. */
    quarantined: digest.optional(),
  }),
  /** A signed statement that the rollout's release was healthy here. */
  z.strictObject({ kind: z.literal("attested"), rollout, evidence: envelopeSchema }),
  z.strictObject({
    kind: z.literal("rollingBack"),
    rollout,
    reason: z.string(),
    /** Whether the release itself was seen to be bad. Where it isn't said, as in older entries, each one was blamed. */
    blamed: z.boolean().optional(),
  }),
  z.strictObject({
    kind: z.literal("rolledBack"),
    rollout,
    /** The slot that has the traffic again. It may differ from the last `promoted`, when that one's answer got lost. */
    settled: slot.nullable(),
    reason: z.string(),
    quarantined: digest.nullable(),
    milliseconds: z.number().min(0).nullable(),
  }),
  z.strictObject({ kind: z.literal("stranded"), rollout, reason: z.string(), hosts: z.array(z.string()) }),
  /** After promotion: the markers are about to move back to the slot that is still warm, away from this rollout. */
  z.strictObject({ kind: z.literal("reverting"), rollout, from: slot, to: slot, reason: z.string() }),
  /** The markers could not be moved on every host, and were seen on the slot that they left. */
  z.strictObject({ kind: z.literal("revertFailed"), rollout, slot, reason: z.string() }),
  /** The markers moved back and were seen there. */
  z.strictObject({
    kind: z.literal("reverted"),
    rollout,
    slot,
    reason: z.string(),
    quarantined: digest.nullable(),
    milliseconds: z.number().min(0).nullable(),
  }),
  /** Its lease had run out when a driver looked again: for a while all clients were on the settled slot. No end. */
  z.strictObject({ kind: z.literal("lapsed"), rollout, reason: z.string() }),
  /** Something on the hosts isn't as it was declared: somebody changed it by hand, or it broke. */
  z.strictObject({ kind: z.literal("drifted"), rollout, findings: z.array(z.string()).min(1) }),
  z.strictObject({ kind: z.literal("quarantineLifted"), digest, reason: z.string() }),
  /** A violation of the policy is let pass until a day, and something is about to be declared by it. No service's own. */
  z.strictObject({
    kind: z.literal("excepted"),
    rule: z.string().min(1),
    resource: z.string().min(1),
    reason: z.string().min(1),
    approver: z.string().min(1),
    granted: z.iso.date(),
    expires: z.iso.date(),
  }),
  /** A notifier of the settings has begun a thread for a rollout: what comes later is put there, by whichever process. */
  z.strictObject({ kind: z.literal("notified"), rollout, notifier: z.string().min(1), thread: z.string().min(1) }),
  /** A notifier could not be told of a state change; nobody tries again. */
  z.strictObject({
    kind: z.literal("unnotified"),
    rollout,
    notifier: z.string().min(1),
    about: z.string().min(1),
    reason: z.string(),
  }),
]);

export type LedgerEvent = z.infer<typeof eventSchema>;
export type EventKind = LedgerEvent["kind"];
export type EventOf<Kind extends EventKind> = Extract<LedgerEvent, { kind: Kind }>;

/** Schema version of the events that this program writes. */
export const eventVersion = 6;

const bystanders: ReadonlySet<EventKind> = new Set([
  "continued",
  "quarantineLifted",
  "answered",
  "asked",
  "excepted",
  "notified",
  "unnotified",
]);

/** Whether anybody may append it while a driver is at work: it takes no rollout over. */
export function isFromBystander({ kind }: LedgerEvent): boolean {
  return bystanders.has(kind);
}

/** One link of a chain: an event of one service in one environment, in its place. */
export interface Entry {
  /** Environment and service that the chain belongs to, e.g. `local/org1/react-ui`; `local` for what is no service's. */
  readonly stream: string;
  /** 1, 2, 3, ... within the stream; also the fencing token that hosts compare. */
  readonly sequence: number;
  /** When it was appended, ISO 8601 in UTC. */
  readonly at: string;
  /** Who appended it: a login, or the CI actor. */
  readonly by: string;
  readonly version: number;
  readonly event: LedgerEvent;
  /** Hash of the entry before; 64 zeros for the first. */
  readonly previousHash: string;
  /** sha256 (hex) over the canonical JSON (RFC 8785) of all the fields above. */
  readonly hash: string;
}

export function streamOf(environment: string, service: string): string {
  return `${environment}/${service}`;
}

/** Of what concerns all services of an environment. */
export function environmentStream(environment: string): string {
  return environment;
}
