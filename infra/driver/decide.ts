import type { GateDecision } from "../gates/decision.ts";
import type { Given } from "../gates/given.ts";
import { approvalGate } from "../gates/approval.ts";
import type { ApprovalInputs } from "../gates/heard.ts";
import { budgetGate, type Spent } from "../gates/budget.ts";
import { breakingGate } from "../gates/breaking.ts";
import { changeOf } from "../gates/breaking/fitting.ts";
import { orderGate } from "../gates/order.ts";
import type { RequestSource } from "../gates/request/source.ts";
import { planGate } from "../gates/plan.ts";
import { promotionGate, type Source } from "../gates/promotion.ts";
import { quarantineGate } from "../gates/quarantine.ts";
import { scanGate } from "../gates/scan.ts";
import { windowsGate } from "../gates/windows.ts";
import { answered } from "../ledger/answered.ts";
import { revisionHash } from "../ledger/chain.ts";
import { declared } from "../ledger/declared.ts";
import type { Entry } from "../ledger/event.ts";
import { activeRollout, quarantine, rollouts, unfinishedRevert } from "../ledger/rollouts.ts";
import type { Actor } from "../model/actor.ts";
import type { Plan } from "../model/plan.ts";
import { digestOf } from "../model/release.ts";
import type { Revision } from "../model/revision.ts";
import type { BreakingReport } from "../model/breaking.ts";
import type { ScanReport } from "../model/scan.ts";
import type { GateSettings } from "../model/settings/gates.ts";
import type { SigningSettings } from "../model/settings/signing.ts";
import { otherSlot, type SlotName } from "../model/slot.ts";
import { compareVersions } from "../rollout/version.ts";
import { askedOf } from "./signing/asked.ts";

/** What somebody wants a service to run. */
export interface Wanted {
  readonly purpose: "rollout" | "rollback";
  readonly revision: Revision;
  readonly plan: Plan;
  /** Why somebody wants to go back, for the ledger. */
  readonly reason?: string;
  readonly reports?: Reports;
}

/** Reports that were handed in for the gates that ask for them. */
export interface Reports {
  readonly scan: Given<ScanReport>;
  readonly breaking: Given<BreakingReport>;
}

/** What gates look at beside the ledger and the release. */
export interface Circumstances {
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly gates: GateSettings;
  readonly environment: string;
  /** Who asks. */
  readonly by: Actor;
  /** `org1/react-ui` */
  readonly service: string;
  /** What the environments say that the release must have come through. */
  readonly sources: readonly Source[];
  /** What people say where they were asked for just this. */
  readonly request: RequestSource;
  /** Hosts on which the service has users; those of the release where it has none. */
  readonly hosts: readonly string[];
  /** What the metrics source says of the service's error budget. */
  readonly spent: Spent;
  /** Public keys by the environment that they speak for. */
  readonly trusted: SigningSettings["trusted"];
}

/** What is going to happen, decided from the ledger and the circumstances alone. */
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

export function decide(entries: readonly Entry[], wanted: Wanted, around: Circumstances): Decision {
  const unfinished = unfinishedReason(entries);
  if (unfinished !== null) return { kind: "busy", reason: unfinished };
  const { settled, slots } = declared(entries);
  const serving = settled ? slots[settled] : null;
  const hash = revisionHash(wanted.revision);
  if (serving?.revisionHash === hash) {
    const { version } = wanted.revision.release;
    return { kind: "alreadySettled", reason: `${version} is settled in ${settled} with just these settings` };
  }
  const gates = gatesOf(entries, wanted, around);
  const denied = gates.filter(({ allowed }) => !allowed);
  if (denied.length > 0) return { kind: "refused", gates, reason: denied.map(({ reason }) => reason).join("; ") };
  // Nothing is settled yet: there is nobody whose traffic a step could give away, so the candidate settles once verified.
  const plan = { ...wanted.plan, ...(settled ? {} : { steps: [] }), ...windowsOf(wanted, around.gates) };
  return { kind: "go", gates, candidate: settled ? otherSlot(settled) : "blue", settled, plan, revisionHash: hash };
}

/** What every gate says that is asked, whether anything could be begun now or not. */
export function gatesOf(entries: readonly Entry[], wanted: Wanted, around: Circumstances): readonly GateDecision[] {
  const { settled, slots } = declared(entries);
  const serving = settled ? slots[settled]?.revision.release : undefined;
  const { version, image } = wanted.revision.release;
  const digest = digestOf(image);
  const held = quarantine(entries).get(digest);
  const gates = [
    quarantineGate({ digest, quarantine: held ? { kind: "held", reason: held.reason } : { kind: "clear" } }),
  ];
  if (wanted.purpose === "rollback") return gates;
  const before = serving ? ({ kind: "known", version: serving.version } as const) : ({ kind: "none" } as const);
  gates.push(orderGate({ requested: version, settled: before, compare: compareVersions }));
  const { now, service, sources, trusted, environment, hosts, spent } = around;
  const { promotion, windows, plan, budget, scan, breaking } = around.gates;
  if (windows !== undefined) gates.push(windowsGate({ now, windows }));
  if (plan) gates.push(planGate({ limits: plan, plan: wanted.plan }));
  if (budget) gates.push(budgetGate({ limits: budget, service, serving: before, hosts, spent }));
  if (scan) gates.push(scanGate({ limits: scan, digest, scan: wanted.reports?.scan ?? { kind: "missing" }, now }));
  if (promotion) gates.push(promotionGate({ settings: promotion, service, digest, sources, trusted, now }));
  const approval = approvalOf(entries, wanted, around);
  if (breaking) {
    const change = changeOf({ environment, service }, serving ?? null, wanted.revision.release);
    gates.push(breakingGate({ change, breaking: wanted.reports?.breaking ?? { kind: "missing" }, approval }));
  }
  if (approval) gates.push(approvalGate(approval));
  return gates;
}

/** Gates that the settings don't ask, by the setting that would. */
export function notAsked(gates: GateSettings): readonly { readonly gate: string; readonly setting: string }[] {
  const { windows, plan, budget, scan, promotion, breaking, approval } = gates;
  // `windows: false` is an answer of that gate: at any time.
  const asked = { windows: windows !== undefined, plan, budget, scan, promotion, breaking, approval };
  return Object.entries(asked).flatMap(([gate, given]) => (given ? [] : [{ gate, setting: `gates.${gate}` }]));
}

/** What people said of just this; null where nobody has to agree. */
function approvalOf(entries: readonly Entry[], wanted: Wanted, around: Circumstances): ApprovalInputs | null {
  const { by, now, gates, request } = around;
  if (!gates.approval) return null;
  const asked = askedOf(around, wanted);
  const { answers, used } = answered(entries, asked.digest);
  return { settings: gates.approval, asked, by, answers, used, request, now };
}

/** What holds while it is under way, frozen with its plan: going back is never held up. */
function windowsOf({ purpose }: Wanted, { windows }: GateSettings): Pick<Plan, "windows"> {
  return purpose === "rollout" && windows ? { windows } : {};
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
