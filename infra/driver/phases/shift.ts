import { judge, probesOf } from "../../rollout/health.ts";
import type { Observation, StateIn } from "../../rollout/state.ts";
import { judgeWatch, type Figures } from "../../rollout/verdict.ts";
import { claimOf, inWords, onEveryHost, type Run } from "../context.ts";
import type { HostPort, SlotTallies } from "../ports.ts";
import { figuresOf, mergeTallies } from "../tallies.ts";
import { verifyRouting } from "../routing.ts";

/** What the watch of a step carries from one look to the next. */
export class Watch {
  /** Step whose routing was verified, -1 before the first. */
  entered = -1;
  /** Position in each host's access log. */
  readonly cursors = new Map<string, string>();
}

export interface Look {
  readonly seen: Observation;
  readonly figures: Readonly<Record<string, Figures>>;
}

/** One look at a step: give the candidate its share on every host, wait, count what its users got. */
export async function shift(run: Run, state: StateIn<"shifting">, watch: Watch): Promise<Look> {
  const percent = run.plan.steps[state.index]?.percent ?? 0;
  const { failed } = await onEveryHost(run.hosts, (host) => host.lease(claimOf(run), percent));
  if (failed.length > 0) return blind({ kind: "impossible", reason: inWords(failed) });
  if (watch.entered !== state.index) {
    const entered = await enter(run, percent, watch);
    if (entered.kind !== "healthy") return blind(entered);
    watch.entered = state.index;
  }
  await run.clock.sleep(run.plan.watch.intervalSeconds * 1000, run.signal);
  if (run.signal.aborted) return blind({ kind: "aborted", reason: "stopped by a person" });
  return count(run, watch);
}

/** A step counts as on when every gateway sends the leased there, nobody else, and the candidate answers through it. */
async function enter(run: Run, percent: number, watch: Watch): Promise<Observation> {
  const routed = await verifyRouting(run, percent);
  if (routed.kind !== "healthy") return routed;
  run.tell("step", `${percent} % of the clients go to ${run.candidate}, seen on every gateway`);
  const { done, failed } = await onEveryHost(run.hosts, async (host) => {
    watch.cursors.set(host.name, (await host.observe(null)).cursor);
    return checkThrough(run, host);
  });
  if (failed.length > 0) return { kind: "impossible", reason: inWords(failed) };
  const bad = done.flatMap(({ host, value }) => value.map((reason) => `${reason} through the gateway of ${host}`));
  return bad.length > 0 ? { kind: "unhealthy", reason: bad.join("; ") } : { kind: "healthy" };
}

async function checkThrough(run: Run, host: HostPort): Promise<readonly string[]> {
  const bucket = run.order[0] ?? 0;
  const bad: string[] = [];
  for (const probe of probesOf(run.plan.health)) {
    const answer = await host.askThrough(bucket, probe.path, run.plan.health.timeoutSeconds * 1000);
    const { name, result, detail } = judge(probe, answer);
    if (result !== "healthy") bad.push(`${name}: ${detail}`);
    else if (answer.slot !== run.candidate)
      bad.push(`${name}: ${answer.slot ?? "no slot"} answered, expected ${run.candidate}`);
  }
  return bad;
}

async function count(run: Run, watch: Watch): Promise<Look> {
  const seen = await countOnce(run, watch);
  if (!("tallies" in seen)) return blind(seen);
  let tallies = seen.tallies;
  const missing = run.plan.watch.minRequests - tallies[run.candidate].requests;
  if (missing > 0) tallies = mergeTallies([tallies, await topUp(run, missing)]);
  const figures = { [run.candidate]: figuresOf(tallies[run.candidate]) };
  if (run.settled) Object.assign(figures, { [run.settled]: figuresOf(tallies[run.settled]) });
  return { seen: judgeWatch(run.plan.watch, figuresOf(tallies[run.candidate])), figures };
}

async function countOnce(run: Run, watch: Watch): Promise<Observation | { readonly tallies: SlotTallies }> {
  const { done, failed } = await onEveryHost(run.hosts, (host) => host.observe(watch.cursors.get(host.name) ?? null));
  if (failed.length > 0) return { kind: "unknown", reason: inWords(failed) };
  for (const { host, value } of done) watch.cursors.set(host, value.cursor);
  return { tallies: mergeTallies(done.map(({ value }) => value.slots)) };
}

/** The driver's own requests, where users make too few to tell: spread over the hosts, one after another on each. */
async function topUp(run: Run, missing: number): Promise<SlotTallies> {
  const { path, status } = run.plan.health.http;
  const bucket = run.order[0] ?? 0;
  const share = Math.ceil(missing / run.hosts.length);
  const tallies = await Promise.all(
    run.hosts.map(async (host) => {
      const milliseconds = new Map<number, number>();
      let requests = 0;
      let errors = 0;
      for (let made = 0; made < share; made++) {
        const answer = await host.askThrough(bucket, path, run.plan.health.timeoutSeconds * 1000);
        if (answer.kind === "failed") continue;
        requests++;
        if (answer.status >= 500 && answer.status !== status) errors++;
        const took = Math.round(answer.milliseconds);
        milliseconds.set(took, (milliseconds.get(took) ?? 0) + 1);
      }
      const none = { requests: 0, errors: 0, milliseconds: new Map<number, number>() };
      return { blue: none, green: none, [run.candidate]: { requests, errors, milliseconds } };
    }),
  );
  return mergeTallies(tallies);
}

function blind(seen: Observation): Look {
  return { seen, figures: {} };
}
