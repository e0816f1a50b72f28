import type { Step } from "../../model/plan.ts";
import { judgeOwn } from "../../rollout/own-requests.ts";
import { judgeWatch } from "../../rollout/verdict.ts";
import { isMissed } from "../../rollout/presence.ts";
import type { Observation } from "../../rollout/state.ts";
import type { Run } from "../context.ts";
import type { SlotTallies, Tally } from "../ports.ts";
import { compare, type Counted, lackOf, windowSince } from "./compare.ts";
import { countUsers, type Users } from "../users.ts";
import type { Look, Watch } from "./shift.ts";
import { askOwn, none, ownOf, throughGateway, topUp, type Way } from "./top-up.ts";

type CountedUsers = Extract<Users, { kind: "counted" }>;

const noTallies: SlotTallies = { blue: none, green: none };

/** What the users of both slots got since the last look, on all hosts together, and what that says of the candidate. */
export async function count(run: Run, watch: Watch, { kind, percent }: Pick<Step, "kind" | "percent">): Promise<Look> {
  const { plan, candidate, settled } = run;
  const way = throughGateway(percent);
  const users = await countUsers(run, watch);
  if (users.kind === "unseen") return { seen: await seenBlindly(run, users, way), figures: {} };
  const own = await askOwn(run, users.windows[candidate].requests, way);
  const both = users.figures({ ...noTallies, [candidate]: own.candidate.answers });
  const figures = { [candidate]: both[candidate], ...(settled ? { [settled]: both[settled] } : {}) };
  if (!settled) return { seen: judgeWatch(plan.watch, both[candidate]), figures };
  const counted = { slots: { candidate: users.windows[candidate], settled: users.windows[settled] }, own, percent };
  if (kind !== "weight" && plan.analysis) return { ...compare(run, plan.analysis, watch, counted), figures };
  const window = windowSince(run, watch, counted.slots);
  return { seen: seenByThresholds(run, watch, counted, users), figures, window };
}

function seenByThresholds({ plan, ...run }: Run, watch: Watch, counted: Counted, users: CountedUsers): Observation {
  const seenWith = (own: Tally) =>
    judgeWatch(plan.watch, users.figures({ ...noTallies, [run.candidate]: own })[run.candidate]);
  const lacking = lackOf({ plan, ...run }, watch, counted, "");
  const byUsers = seenWith(none);
  if (byUsers.kind === "unhealthy") return byUsers;
  const byOwn = judgeOwn(plan.watch, ...ownOf(run, counted.own))?.kind ?? "healthy";
  const isLacking = byOwn !== "healthy" || isMissed(watch.presence, plan.watch.minRequests);
  return (isLacking ? lacking : null) ?? seenWith(counted.own.candidate.answers);
}

/**
 * Nothing is known of the users. Good answers to the driver's own requests don't make that health, but tell a candidate
 * that nobody can see from one that is down.
 */
async function seenBlindly(
  run: Run,
  { reason, blind }: Extract<Users, { kind: "unseen" }>,
  way: Way,
): Promise<Observation> {
  const { plan } = run;
  if (!blind) return { kind: "unknown", reason };
  if (plan.watch.topUp === false) return { kind: "unknown", reason, blind };
  const own = { ...(await topUp(run, plan.watch.minRequests, way)), counts: false };
  const seen = judgeOwn(plan.watch, ...ownOf(run, own));
  if (seen === null || seen.kind === "healthy") return { kind: "unknown", reason, blind };
  return "reason" in seen ? { ...seen, reason: `${seen.reason}; ${reason}` } : seen;
}
