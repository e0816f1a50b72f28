import { messageOf, ConflictError } from "../../model/errors.ts";
import type { Step } from "../../model/plan.ts";
import { judgeWatch } from "../../rollout/verdict.ts";
import type { Observation } from "../../rollout/state.ts";
import type { Run } from "../context.ts";
import { hostsWith } from "../places.ts";
import type { HostPort, SlotTallies, Tally } from "../ports.ts";
import { compare } from "./compare.ts";
import { figuresOf, mergeTallies } from "../tallies.ts";
import { countUsers, type Users } from "../users.ts";
import type { Look, Watch } from "./shift.ts";

const none: Tally = { requests: 0, errors: 0, milliseconds: new Map() };
const noTallies: SlotTallies = { blue: none, green: none };

/** What the users of both slots got since the last look, on all hosts together, and what that says of the candidate. */
export async function count(run: Run, watch: Watch, step: Step["kind"]): Promise<Look> {
  const { plan, candidate, settled } = run;
  const users = await countUsers(run, watch);
  if (users.kind === "unseen") return { seen: await seenBlindly(run, users), figures: {} };
  const missing = plan.watch.topUp === false ? 0 : plan.watch.minRequests - users.windows[candidate].requests;
  const own = missing > 0 ? await topUp(run, missing) : noTallies;
  const both = users.figures(own);
  const figures = { [candidate]: both[candidate], ...(settled ? { [settled]: both[settled] } : {}) };
  if (step === "weight" || !settled || !plan.analysis) {
    watch.countedAt = run.clock.now();
    return { seen: judgeWatch(plan.watch, both[candidate]), figures };
  }
  return { ...compare(run, settled, plan.analysis, watch, { users: users.windows, own }), figures };
}

/**
 * Nothing is known of the users. Good answers to the driver's own requests don't make that health, but tell a candidate
 * that nobody can see from one that is down.
 */
async function seenBlindly(run: Run, { reason, blind }: Extract<Users, { kind: "unseen" }>): Promise<Observation> {
  const { plan, candidate } = run;
  if (!blind) return { kind: "unknown", reason };
  if (plan.watch.topUp === false) return { kind: "unknown", reason, blind };
  const own = (await topUp(run, plan.watch.minRequests))[candidate];
  const seen = judgeWatch({ ...plan.watch, minRequests: Math.ceil(plan.watch.minRequests / 2) }, figuresOf(own));
  if (seen.kind === "healthy") return { kind: "unknown", reason, blind };
  if (seen.kind === "unhealthy") return { ...seen, reason: `of the driver's own requests, ${seen.reason}; ${reason}` };
  const answers = `${candidate} answered only ${own.requests} of the driver's own requests`;
  return { kind: "unknown", reason: `${answers}; ${reason}` };
}

/** The driver's own requests, where users make too few to tell: spread over the hosts, one after another on each. */
async function topUp(run: Run, missing: number): Promise<SlotTallies> {
  const hosts = hostsWith(run, run.candidate);
  const share = Math.ceil(missing / hosts.length);
  const tallies = await Promise.all(hosts.map((host) => ask(run, host, share)));
  return mergeTallies(tallies.map((tally) => ({ ...noTallies, [run.candidate]: tally })));
}

async function ask(run: Run, host: HostPort, times: number): Promise<Tally> {
  const { path, status } = run.plan.health.http;
  const milliseconds = new Map<number, number>();
  let [requests, errors] = [0, 0];
  for (let made = 0; made < times && !run.signal.aborted; made++) {
    const answer = await host
      .askThrough(run.order[0] ?? 0, path, run.plan.health.timeoutSeconds * 1000)
      .catch(asFailure);
    // What the candidate didn't answer says nothing of it.
    if (answer.kind === "failed" || answer.slot !== run.candidate) continue;
    requests++;
    if (answer.status >= 500 && answer.status !== status) errors++;
    const took = Math.round(answer.milliseconds);
    milliseconds.set(took, (milliseconds.get(took) ?? 0) + 1);
  }
  return { requests, errors, milliseconds };
}

function asFailure(error: unknown) {
  if (error instanceof ConflictError) throw error;
  return { kind: "failed", reason: messageOf(error), slot: null } as const;
}
