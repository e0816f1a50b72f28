import type { Step } from "../../model/plan.ts";
import { judgeWatch } from "../../rollout/verdict.ts";
import type { Observation } from "../../rollout/state.ts";
import type { Run } from "../context.ts";
import type { SlotTallies } from "../ports.ts";
import { compare } from "./compare.ts";
import { figuresOf } from "../tallies.ts";
import { countUsers, type Users } from "../users.ts";
import type { Look, Watch } from "./shift.ts";
import { none, throughGateway, topUp } from "./top-up.ts";

const noTallies: SlotTallies = { blue: none, green: none };

/** What the users of both slots got since the last look, on all hosts together, and what that says of the candidate. */
export async function count(run: Run, watch: Watch, step: Step["kind"]): Promise<Look> {
  const { plan, candidate, settled } = run;
  const users = await countUsers(run, watch);
  if (users.kind === "unseen") return { seen: await seenBlindly(run, users), figures: {} };
  const missing = plan.watch.topUp === false ? 0 : plan.watch.minRequests - users.windows[candidate].requests;
  const own = missing > 0 ? await topUp(run, missing, throughGateway) : none;
  const both = users.figures({ ...noTallies, [candidate]: own });
  const figures = { [candidate]: both[candidate], ...(settled ? { [settled]: both[settled] } : {}) };
  if (step === "weight" || !settled || !plan.analysis) {
    watch.countedAt = run.clock.steady();
    return { seen: judgeWatch(plan.watch, both[candidate]), figures };
  }
  const slots = { candidate: users.windows[candidate], settled: users.windows[settled] };
  return { ...compare(run, plan.analysis, watch, { slots, own }), figures };
}

/**
 * Nothing is known of the users. Good answers to the driver's own requests don't make that health, but tell a candidate
 * that nobody can see from one that is down.
 */
async function seenBlindly(run: Run, { reason, blind }: Extract<Users, { kind: "unseen" }>): Promise<Observation> {
  const { plan, candidate } = run;
  if (!blind) return { kind: "unknown", reason };
  if (plan.watch.topUp === false) return { kind: "unknown", reason, blind };
  const own = await topUp(run, plan.watch.minRequests, throughGateway);
  const seen = judgeWatch({ ...plan.watch, minRequests: Math.ceil(plan.watch.minRequests / 2) }, figuresOf(own));
  if (seen.kind === "healthy") return { kind: "unknown", reason, blind };
  if (seen.kind === "unhealthy") return { ...seen, reason: `of the driver's own requests, ${seen.reason}; ${reason}` };
  const answers = `${candidate} answered only ${own.requests} of the driver's own requests`;
  return { kind: "unknown", reason: `${answers}; ${reason}` };
}
