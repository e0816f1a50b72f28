import { digestOf, type Release } from "../model/release.ts";
import type { Plan } from "../model/plan.ts";
import type { Revision } from "../model/revision.ts";
import type { SlotName } from "../model/slot.ts";
import type { Entry, EventOf } from "./event.ts";

export type Outcome = "active" | "refused" | "promoted" | "rolledBack" | "stranded" | "reverted";

type At<Event> = Event & { readonly at: string };
export type Check = EventOf<"verified">["checks"][number];
export type Gate = At<Pick<EventOf<"gate">, "gate" | "allowed" | "reason" | "inputs">>;
export type Lapse = At<Pick<EventOf<"lapsed">, "reason">>;
export type Drifted = At<Pick<EventOf<"drifted">, "findings">>;
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
  /** Times when nobody renewed its lease. */
  readonly lapses: readonly Lapse[];
  /** Times when its window had closed and it waited for the next one. */
  readonly holds: readonly Lapse[];
  /** What was found changed on the hosts, before it began and while it went on. */
  readonly drifts: readonly Drifted[];
  /** From the bad verdict to all traffic on the settled slot. */
  readonly rollbackMilliseconds: number | null;
  /** Whether the release was seen to be bad when it went back; null when it didn't, or an older entry doesn't say. */
  readonly blamed: boolean | null;
  /** Digest that its end put into quarantine. */
  readonly quarantined: string | null;
  /** Hosts that a rollback couldn't reach. */
  readonly strandedHosts: readonly string[];
}

type Lists = "gates" | "looks" | "lapses" | "holds" | "drifts";
/** While its events are gone through. Its lists grow in place: a pause of some days has ten thousands of looks. */
type Growing = Omit<Rollout, Lists> & { readonly [List in Lists]: Rollout[List][number][] };

/** What of an entry tells of rollouts: also of one that isn't in the ledger yet. */
export type Happened = Pick<Entry, "event" | "at" | "by">;

/** All rollouts of one service, oldest first. */
export function rollouts(entries: readonly Happened[]): readonly Rollout[] {
  const known = new Map<string, Growing>();
  for (const entry of entries) {
    if (entry.event.kind === "requested") {
      if (!known.has(entry.event.rollout)) known.set(entry.event.rollout, requested(entry, entry.event));
    } else if ("rollout" in entry.event && typeof entry.event.rollout === "string") {
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

function requested({ at, by }: Happened, event: EventOf<"requested">): Growing {
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
    reason: event.reason ?? null,
    gates: [],
    checks: [],
    looks: [],
    lapses: [],
    holds: [],
    drifts: [],
    rollbackMilliseconds: null,
    blamed: null,
    quarantined: null,
    strandedHosts: [],
  };
}

/** What one event says about its rollout; what belongs into a list of it is put there. */
function change(before: Growing, { event, at }: Happened): Partial<Omit<Rollout, Lists>> {
  switch (event.kind) {
    case "gate": {
      const { gate, allowed, reason, inputs } = event;
      before.gates.push({ gate, allowed, reason, inputs, at });
      return {};
    }
    case "started": {
      const { purpose, candidate, revision, revisionHash, plan } = event;
      const { release } = revision;
      return { purpose, candidate, release, revision, revisionHash, plan, settledBefore: event.settled, startedAt: at };
    }
    case "resumed":
      // Nobody saw where a stranded one's traffic is: the driver that takes it over finds out.
      return before.outcome === "stranded" ? { outcome: "active", endedAt: null } : {};
    case "verified":
      return { checks: event.checks };
    case "observation": {
      const { result, reason, figures } = event;
      before.looks.push({ result, reason, figures, at });
      return {};
    }
    case "rollingBack":
      return { reason: event.reason, blamed: event.blamed ?? null };
    case "lapsed":
      before.lapses.push({ reason: event.reason, at });
      return {};
    case "held":
      before.holds.push({ reason: event.reason, at });
      return {};
    case "drifted":
      before.drifts.push({ findings: event.findings, at });
      return {};
    case "refused":
      return { outcome: event.kind, reason: event.reason, endedAt: at };
    case "promoted":
      return { outcome: event.kind, quarantined: event.quarantined ?? null, endedAt: at };
    case "rolledBack":
    case "reverted": {
      const { kind, reason, quarantined, milliseconds } = event;
      return { outcome: kind, reason, quarantined, rollbackMilliseconds: milliseconds, endedAt: at };
    }
    case "stranded":
      return { outcome: event.kind, reason: event.reason, strandedHosts: event.hosts, endedAt: at };
    case "requested":
    case "decided":
    case "attested":
    case "answered":
    case "asked":
    case "excepted":
    case "filled":
    case "emptied":
    case "prepared":
    case "step":
    case "continued":
    case "promoting":
    case "reverting":
    case "revertFailed":
    case "quarantineLifted":
    case "notified":
    case "unnotified":
      return {};
  }
}

/** A revert that was begun and not ended: nobody knows on which hosts the markers have moved. */
export function unfinishedRevert(entries: readonly Entry[]): EventOf<"reverting"> | null {
  const last = entries.findLast(
    ({ event: { kind } }) => kind === "reverting" || kind === "reverted" || kind === "revertFailed",
  )?.event;
  return last?.kind === "reverting" ? last : null;
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
  const reasons = new Map<string, string>();
  for (const { event, at } of entries) {
    if (event.kind === "requested" && event.reason !== undefined) reasons.set(event.rollout, event.reason);
    if (event.kind === "quarantineLifted") held.delete(event.digest);
    const left = leftBy(event);
    if (!left) continue;
    const { digest, rollout } = left;
    held.set(digest, { digest, rollout, reason: left.reason ?? reasons.get(rollout) ?? "a rollback left it", at });
  }
  return held;
}

/** The digest that an event puts into quarantine. */
export function leftBy(event: Entry["event"]): { digest: string; rollout: string; reason: string | null } | null {
  if (event.kind !== "rolledBack" && event.kind !== "reverted" && event.kind !== "promoted") return null;
  const { rollout, quarantined } = event;
  if (quarantined === null || quarantined === undefined) return null;
  return { digest: quarantined, rollout, reason: event.kind === "promoted" ? null : event.reason };
}

export function isQuarantined(held: ReadonlyMap<string, Quarantine>, release: Release): boolean {
  return held.has(digestOf(release.image));
}
