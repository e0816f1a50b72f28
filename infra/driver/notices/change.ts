import { rollouts, type Rollout } from "../../ledger/rollouts.ts";
import type { EventKind } from "../../ledger/event.ts";
import type { ChangeKind } from "../../model/notice.ts";
import { openedSince } from "../../rollout/windows.ts";
import type { Written } from "../spooled.ts";

/** A state change of a rollout: the event that brought it, what was before, and the rollout as it is since. */
export interface Change {
  readonly kind: ChangeKind;
  readonly rollout: Rollout;
  readonly written: Written;
  readonly before: readonly Written[];
}

/** Which events change a state. `rollingBack` is written down once the traffic is back, with how that ended. */
const kinds: Readonly<Record<EventKind, ChangeKind | null>> = {
  refused: "refused",
  started: "started",
  step: "step",
  held: "held",
  promoted: "promoted",
  rolledBack: "rolledBack",
  stranded: "stranded",
  reverting: "reverting",
  reverted: "reverted",
  revertFailed: "revertFailed",
  requested: null,
  gate: null,
  answered: null,
  asked: null,
  decided: null,
  resumed: null,
  filled: null,
  emptied: null,
  prepared: null,
  verified: null,
  observation: null,
  continued: null,
  promoting: null,
  attested: null,
  rollingBack: null,
  lapsed: null,
  drifted: null,
  quarantineLifted: null,
  excepted: null,
  notified: null,
  unnotified: null,
};

/**
 * The state change that an event brings; null when it brings none: it only looks, renews or takes over, or people were told
 * of just this state before, by whichever process.
 */
export function changeBy(before: readonly Written[], written: Written): Change | null {
  const { event } = written;
  const kind = kinds[event.kind];
  if (kind === null || !("rollout" in event)) return null;
  const rollout = rollouts([...before, written]).find(({ id }) => id === event.rollout);
  if (!rollout || isOld(before, written, rollout)) return null;
  return { kind: refined(kind, written, rollout), rollout, written, before };
}

function refined(kind: ChangeKind, { event }: Written, { gates, plan }: Rollout): ChangeKind {
  if (event.kind === "step" && plan?.steps[event.index]?.kind === "pause") return "paused";
  if (event.kind !== "refused") return kind;
  const denied = gates.filter(({ allowed }) => !allowed);
  return denied.length > 0 && denied.every(isForPeople) ? "approvalNeeded" : kind;
}

/** Whether people's word is all that this gate wants. */
function isForPeople({ gate, inputs }: Rollout["gates"][number]): boolean {
  return gate === "approval" || (gate === "breaking" && inputs["isForPeople"] === true);
}

/** Whether the rollout was in just this state before. One that is taken over begins anew. */
function isOld(before: readonly Written[], { event, at }: Written, rollout: Rollout): boolean {
  const own = before.filter((one) => "rollout" in one.event && one.event.rollout === rollout.id);
  if (event.kind === "step") return own.some((one) => one.event.kind === "step" && one.event.index === event.index);
  if (event.kind === "held") {
    const last = own.findLast((one) => one.event.kind === "held");
    return last !== undefined && rollout.plan !== null && !openedSince(rollout.plan, last.at, Date.parse(at));
  }
  if (event.kind === "refused" && isAskedInVain(rollouts(before), rollout)) return true;
  const last = own.findLast((one) => one.event.kind === "resumed" || (kinds[one.event.kind] ?? "held") !== "held");
  return last?.event.kind === event.kind;
}

/** A release that is asked for again and again, refused for the same reason: a CI that tries until it is let in. */
function isAskedInVain(all: readonly Rollout[], { id, release, reason }: Rollout): boolean {
  const [last, now] = all.slice(-2);
  return (
    now?.id === id && last?.outcome === "refused" && last.reason === reason && last.release.image === release.image
  );
}
