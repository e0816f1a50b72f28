import { digestOf, type Release } from "../model/release.ts";
import type { Plan } from "../model/plan.ts";
import type { Revision } from "../model/revision.ts";
import type { SlotName } from "../model/slot.ts";
import type { Entry, EventOf } from "./event.ts";

export type Outcome = "active" | "refused" | "promoted" | "rolledBack" | "stranded" | "reverted" | "lapsed";

type At<Event> = Event & { readonly at: string };
export type Check = EventOf<"verified">["checks"][number];
export type Gate = At<Pick<EventOf<"gate">, "gate" | "allowed" | "reason" | "inputs">>;
export type Look = At<Pick<EventOf<"observation">, "result" | "reason" | "figures">>;

/** Everything the ledger knows of one rollout. What hasn't happened is null or empty. */
export interface Rollout {
  readonly id: string;
  readonly purpose: "rollout" | "rollback";
  readonly release: Release;
  readonly revision: Revision | null;
  readonly revisionHash: string | null;
  readonly candidate: SlotName | null;
  /** The slot that served the users when it started; null for a first release. */
  readonly settledBefore: SlotName | null;
  readonly plan: Plan | null;
  readonly requestedAt: string;
  readonly requestedBy: string;
  readonly startedAt: string | null;
  readonly endedAt: string | null;
  readonly outcome: Outcome;
  /** Why it was refused, went back, or was left. */
  readonly reason: string | null;
  readonly gates: readonly Gate[];
  /** Of the private verification, all hosts. */
  readonly checks: readonly Check[];
  readonly looks: readonly Look[];
  /** From the bad verdict to all traffic on the settled slot. */
  readonly rollbackMilliseconds: number | null;
  /** Hosts that a rollback couldn't reach. */
  readonly strandedHosts: readonly string[];
}

/** All rollouts of one service, oldest first. */
export function rollouts(entries: readonly Entry[]): readonly Rollout[] {
  const known = new Map<string, Rollout>();
  for (const entry of entries) {
    if (entry.event.kind === "requested") {
      if (!known.has(entry.event.rollout)) known.set(entry.event.rollout, requested(entry, entry.event));
    } else if ("rollout" in entry.event && entry.event.rollout !== null) {
      const before = known.get(entry.event.rollout);
      if (before !== undefined) known.set(before.id, { ...before, ...change(before, entry) });
    }
  }
  return [...known.values()];
}

/** The rollout that is under way, if any: nobody may start another one. */
export function activeRollout(all: readonly Rollout[]): Rollout | undefined {
  return all.findLast(({ outcome }) => outcome === "active");
}

function requested({ at, by }: Entry, event: EventOf<"requested">): Rollout {
  return {
    id: event.rollout,
    purpose: event.purpose,
    release: event.release,
    revision: null,
    revisionHash: null,
    candidate: null,
    settledBefore: null,
    plan: null,
    requestedAt: at,
    requestedBy: by,
    startedAt: null,
    endedAt: null,
    outcome: "active",
    reason: null,
    gates: [],
    checks: [],
    looks: [],
    rollbackMilliseconds: null,
    strandedHosts: [],
  };
}

/** What one event says about its rollout. */
function change(before: Rollout, { event, at }: Entry): Partial<Rollout> {
  switch (event.kind) {
    case "gate": {
      const { gate, allowed, reason, inputs } = event;
      return { gates: [...before.gates, { gate, allowed, reason, inputs, at }] };
    }
    case "started": {
      const { purpose, candidate, revision, revisionHash, plan } = event;
      const { release } = revision;
      return { purpose, candidate, release, revision, revisionHash, plan, settledBefore: event.settled, startedAt: at };
    }
    case "resumed":
      return isUnfinished(before.outcome) ? { outcome: "active", endedAt: null } : {};
    case "verified":
      return { checks: event.checks };
    case "observation": {
      const { result, reason, figures } = event;
      return { looks: [...before.looks, { result, reason, figures, at }] };
    }
    case "rollingBack":
      return { reason: event.reason };
    case "refused":
    case "lapsed":
      return { outcome: event.kind, reason: event.reason, endedAt: at };
    case "promoted":
      return { outcome: event.kind, endedAt: at };
    case "rolledBack":
    case "reverted":
      return { outcome: event.kind, reason: event.reason, rollbackMilliseconds: event.milliseconds, endedAt: at };
    case "stranded":
      return { outcome: event.kind, reason: event.reason, strandedHosts: event.hosts, endedAt: at };
    case "requested":
    case "filled":
    case "emptied":
    case "prepared":
    case "step":
    case "promoting":
    case "quarantineLifted":
      return {};
  }
}

/** Ended without anyone having seen where the traffic is: a later `sluice resume` may finish it. */
function isUnfinished(outcome: Outcome): boolean {
  switch (outcome) {
    case "lapsed":
    case "stranded":
      return true;
    case "active":
    case "refused":
    case "promoted":
    case "rolledBack":
    case "reverted":
      return false;
  }
}

/** A digest that may not be released again until a person lifts it. */
export interface Quarantine {
  readonly digest: string;
  readonly rollout: string;
  readonly reason: string;
  readonly at: string;
}

/** Digests in quarantine, by digest. */
export function quarantine(entries: readonly Entry[]): ReadonlyMap<string, Quarantine> {
  const held = new Map<string, Quarantine>();
  for (const { event, at } of entries) {
    if ((event.kind === "rolledBack" || event.kind === "reverted") && event.quarantined !== null) {
      const { rollout, reason } = event;
      held.set(event.quarantined, { digest: event.quarantined, rollout, reason, at });
    }
    if (event.kind === "quarantineLifted") held.delete(event.digest);
  }
  return held;
}

export function isQuarantined(held: ReadonlyMap<string, Quarantine>, release: Release): boolean {
  return held.has(digestOf(release.image));
}
