import { isForPeople } from "../../gates/decision.ts";
import { rollouts, type Rollout } from "../../ledger/rollouts.ts";
import type { EventKind, EventOf } from "../../ledger/event.ts";
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
  asked: "approvalNeeded",
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
  const happened = [...before, ...(event.kind === "asked" ? asRequested(written, event) : []), written];
  const rollout = rollouts(happened).find(({ id }) => id === event.rollout);
  if (!rollout || isOld(before, written, rollout)) return null;
  return { kind: refined(kind, written, rollout), rollout, written, before };
}

/** People are asked before the rollout for which they are asked is requested. */
function asRequested({ at, by }: Written, { rollout, version, image }: EventOf<"asked">): readonly Written[] {
  if (rollout === undefined || image === undefined) return [];
  return [{ event: { kind: "requested", rollout, release: { version, image }, purpose: "rollout" }, at, by }];
}

/** Page on which people are asked, where the gates of a rollout that was refused name one, or just this event does. */
export function pageOf({ event }: Written, { gates }: Rollout): string | null {
  if (event.kind === "asked") return event.url;
  const url = gates.find(({ gate }) => gate === "approval")?.inputs["request"];
  return event.kind === "refused" && typeof url === "string" ? url : null;
}

function refined(kind: ChangeKind, { event }: Written, { gates, plan }: Rollout): ChangeKind {
  if (event.kind === "step" && plan?.steps[event.index]?.kind === "pause") return "paused";
  if (event.kind !== "refused") return kind;
  const denied = gates.filter(({ allowed }) => !allowed);
  return denied.length > 0 && denied.every(isForPeople) ? "approvalNeeded" : kind;
}

/** Whether the rollout was in just this state before. One that is taken over begins anew. */
function isOld(before: readonly Written[], written: Written, rollout: Rollout): boolean {
  const { event, at } = written;
  const own = before.filter((one) => "rollout" in one.event && one.event.rollout === rollout.id);
  if (event.kind === "step") return own.some((one) => one.event.kind === "step" && one.event.index === event.index);
  if (event.kind === "held") {
    const last = own.findLast((one) => one.event.kind === "held");
    return last !== undefined && rollout.plan !== null && !openedSince(rollout.plan, last.at, Date.parse(at));
  }
  if (event.kind === "refused" && isAskedInVain(rollouts(before), rollout)) return true;
  if (event.kind === "refused" && isAskedOpenly(before, written, rollout)) return true;
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

/** Nothing but approvals is missing, and people were told of the page on which they are asked for them, which is as it was. */
function isAskedOpenly(before: readonly Written[], written: Written, rollout: Rollout): boolean {
  if (refined("refused", written, rollout) !== "approvalNeeded") return false;
  if (rollout.gates.some(({ inputs }) => typeof inputs["problem"] === "string")) return false;
  const page = pageOf(written, rollout);
  return before.some(({ event }) => event.kind === "asked" && event.rollout !== undefined && event.url === page);
}
