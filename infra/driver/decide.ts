import type { GateDecision } from "../gates/decision.ts";
import { orderGate } from "../gates/order.ts";
import { quarantineGate } from "../gates/quarantine.ts";
import { revisionHash } from "../ledger/chain.ts";
import { declared } from "../ledger/declared.ts";
import type { Entry } from "../ledger/event.ts";
import { activeRollout, quarantine, rollouts, unfinishedRevert } from "../ledger/rollouts.ts";
import type { Plan } from "../model/plan.ts";
import { digestOf } from "../model/release.ts";
import type { Revision } from "../model/revision.ts";
import { otherSlot, type SlotName } from "../model/slot.ts";
import { compareVersions } from "../rollout/version.ts";

/** What somebody wants a service to run. */
export interface Wanted {
  readonly purpose: "rollout" | "rollback";
  readonly revision: Revision;
  readonly plan: Plan;
  /** Why somebody wants to go back, for the ledger. */
  readonly reason?: string;
}

/** What is going to happen, decided from the ledger alone. */
export type Decision =
  | { readonly kind: "busy"; readonly reason: string }
  | { readonly kind: "alreadySettled"; readonly reason: string }
  | { readonly kind: "refused"; readonly reason: string; readonly gates: readonly GateDecision[] }
  | {
      readonly kind: "go";
      readonly gates: readonly GateDecision[];
      readonly candidate: SlotName;
      readonly settled: SlotName | null;
      readonly plan: Plan;
      readonly revisionHash: string;
    };

export function decide(entries: readonly Entry[], wanted: Wanted): Decision {
  const unfinished = unfinishedReason(entries);
  if (unfinished !== null) return { kind: "busy", reason: unfinished };
  const { settled, slots } = declared(entries);
  const serving = settled ? slots[settled] : null;
  const hash = revisionHash(wanted.revision);
  const { version, image } = wanted.revision.release;
  if (serving?.revisionHash === hash) {
    return { kind: "alreadySettled", reason: `${version} is settled in ${settled} with just these settings` };
  }
  const digest = digestOf(image);
  const gates = [quarantineGate({ digest, reason: quarantine(entries).get(digest)?.reason ?? null })];
  if (wanted.purpose === "rollout") {
    const before = serving?.revision.release.version ?? null;
    gates.push(orderGate({ requested: version, settled: before, compare: compareVersions }));
  }
  const denied = gates.filter(({ allowed }) => !allowed);
  if (denied.length > 0) return { kind: "refused", gates, reason: denied.map(({ reason }) => reason).join("; ") };
  // Nothing is settled yet: there is nobody whose traffic a step could give away, so the candidate settles once verified.
  const plan = settled ? wanted.plan : { ...wanted.plan, steps: [] };
  return { kind: "go", gates, candidate: settled ? otherSlot(settled) : "blue", settled, plan, revisionHash: hash };
}

/** Why nothing new may be begun: a rollout is under way, or one ended without anyone having seen where the traffic is. */
export function unfinishedReason(entries: readonly Entry[]): string | null {
  const all = rollouts(entries);
  const active = activeRollout(all);
  if (active) {
    const what = `rollout ${active.id} of ${active.release.version} is under way`;
    return `${what}; wait for it, or use "sluice resume" or "sluice abort"`;
  }
  const revert = unfinishedRevert(entries);
  if (revert)
    return `the way back from ${revert.from} to ${revert.to} was not seen through; "sluice resume" goes on with it`;
  const last = all.findLast(({ startedAt }) => startedAt !== null);
  if (last?.outcome !== "stranded") return null;
  return `rollout ${last.id} of ${last.release.version} was stranded (${last.reason ?? ""}); "sluice resume" brings it to an end`;
}
