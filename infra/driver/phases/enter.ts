import { judge, probesOf, worst, type Check } from "../../rollout/health.ts";
import type { Observation } from "../../rollout/state.ts";
import { carriedOut, onEveryHost, type Run } from "../context.ts";
import { hostsWith } from "../places.ts";
import type { HostPort } from "../ports.ts";
import { verifyRouting } from "../routing.ts";
import { beginWithMetrics } from "../users.ts";
import type { Watch } from "./shift.ts";

/** A step counts as on when every gateway sends the leased there, nobody else, and the candidate answers through it. */
export async function enter(run: Run, percent: number, watch: Watch): Promise<Observation> {
  const routed = await verifyRouting(run, percent);
  if (routed.kind !== "healthy") return routed;
  run.tell("step", `${percent} % of the clients go to ${run.candidate}, seen on every gateway`);
  if (run.metrics) await beginWithMetrics(run, run.metrics, watch);
  const checked = await onEveryHost(hostsWith(run, run.candidate), async (host) => {
    if (!run.metrics) {
      watch.countedAt = run.clock.now();
      watch.cursors.set(host.name, (await host.observe(null)).cursor);
    }
    return checkThrough(run, host);
  });
  if (checked.failed.length > 0) return carriedOut(checked);
  const all = checked.done.flatMap(({ host, value }) => value.map((check) => ({ host, ...check })));
  const result = worst(all);
  if (result === "healthy") return { kind: "healthy" };
  const bad = all.filter((check) => check.result !== "healthy");
  const reason = bad.map(({ host, name, detail }) => `${name}: ${detail} through the gateway of ${host}`).join("; ");
  return { kind: result, reason };
}

async function checkThrough(run: Run, host: HostPort): Promise<readonly Check[]> {
  const bucket = run.order[0] ?? 0;
  const checks: Check[] = [];
  for (const probe of probesOf(run.plan.health)) {
    if (run.signal.aborted) break;
    const answer = await host.askThrough(bucket, probe.path, run.plan.health.timeoutSeconds * 1000);
    const check = judge(probe, answer);
    const elsewhere = answer.kind === "answered" && answer.slot !== run.candidate;
    const detail = `${answer.slot ?? "no slot"} answered, expected ${run.candidate}`;
    // What the candidate didn't answer says nothing of it.
    checks.push(elsewhere ? { name: check.name, result: "unknown", detail } : check);
  }
  return checks;
}
