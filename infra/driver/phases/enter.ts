import { judge, probesOf, worst, type Check } from "../../rollout/health.ts";
import type { Share } from "../../model/share.ts";
import { shareInWords } from "../../rollout/share.ts";
import type { Observation } from "../../rollout/state.ts";
import { carriedOut, onEveryHost, type Run } from "../context.ts";
import { hostsWith } from "../places.ts";
import type { Clients, HostPort } from "../ports.ts";
import { verifyRouting } from "../routing.ts";
import { beginWithMetrics } from "../users.ts";
import type { Watch } from "./shift.ts";

/** A step counts as on when every gateway sends the leased there, nobody else, and the candidate answers through it. */
export async function enter(run: Run, share: Share, watch: Watch): Promise<Observation> {
  const routed = await verifyRouting(run, share);
  if (routed.kind !== "healthy") return routed;
  run.tell("step", `To ${run.candidate}: ${shareInWords(share)}, seen on every gateway`);
  const copies = typeof share === "object";
  if (run.metrics && !copies) await beginWithMetrics(run, run.metrics, watch);
  const checked = await onEveryHost(hostsWith(run, run.candidate), async (host) => {
    if (!run.metrics || copies) {
      watch.countedAt = run.clock.steady();
      watch.cursors.set(host.name, (await host.observe(null)).cursor);
    }
    return copies ? [] : checkThrough(run, host, share === 0 ? "testers" : (run.order[0] ?? 0));
  });
  if (checked.failed.length > 0) return carriedOut(checked);
  const all = checked.done.flatMap(({ host, value }) => value.map((check) => ({ host, ...check })));
  const result = worst(all);
  // Of copies nothing comes back.
  if (copies || result === "healthy") return { kind: "healthy" };
  const bad = all.filter((check) => check.result !== "healthy");
  const reason = bad.map(({ host, name, detail }) => `${name}: ${detail} through the gateway of ${host}`).join("; ");
  return { kind: result, reason };
}

async function checkThrough(run: Run, host: HostPort, clients: Clients): Promise<readonly Check[]> {
  const checks: Check[] = [];
  for (const probe of probesOf(run.plan.health)) {
    if (run.signal.aborted) break;
    const answer = await host.askThrough(clients, probe.path, run.plan.health.timeoutSeconds * 1000);
    const check = judge(probe, answer);
    const elsewhere = answer.kind === "answered" && answer.slot !== run.candidate;
    const detail = `${answer.slot ?? "no slot"} answered, expected ${run.candidate}`;
    // What the candidate didn't answer says nothing of it.
    checks.push(elsewhere ? { name: check.name, result: "unknown", detail } : check);
  }
  return checks;
}
