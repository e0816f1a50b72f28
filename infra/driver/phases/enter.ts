import { judge, probesOf, worst, type Check } from "../../rollout/health.ts";
import type { Share } from "../../model/share.ts";
import { shareInWords } from "../../rollout/share.ts";
import type { Answer } from "../../model/answer.ts";
import type { SlotName } from "../../model/slot.ts";
import type { Observation } from "../../rollout/state.ts";
import { carriedOut, onEveryHost, type Run } from "../context.ts";
import { hostsWith } from "../places.ts";
import type { Clients, HostPort } from "../ports.ts";
import { verifyRouting } from "../routing.ts";
import { beginWithMetrics } from "../users.ts";
import type { Watch } from "./shift.ts";

/** From here on users, or copies of their requests, are counted for the step. */
export async function begin(run: Run, share: Share, watch: Watch): Promise<Observation> {
  if (run.metrics && typeof share === "number") {
    await beginWithMetrics(run, run.metrics, watch);
    return { kind: "healthy" };
  }
  watch.countedAt = run.clock.steady();
  const begun = await onEveryHost(hostsWith(run, run.candidate), async (host) => {
    watch.cursors.set(host.name, (await host.observe(null)).cursor);
  });
  return carriedOut(begun);
}

/** A step counts as on when every gateway sends the leased there, nobody else, and the candidate answers through it. */
export async function enter(run: Run, share: Share): Promise<Observation> {
  const routed = await verifyRouting(run, share);
  if (routed.kind !== "healthy") return routed;
  run.tell("step", `To ${run.candidate}: ${shareInWords(share)}, seen on every gateway`);
  const copies = typeof share === "object";
  const checked = await onEveryHost(hostsWith(run, run.candidate), async (host) =>
    copies ? [] : checkThrough(run, host, share === 0 ? "testers" : (run.order[0] ?? 0)),
  );
  if (checked.failed.length > 0) return carriedOut(checked);
  const all = checked.done.flatMap(({ host, value }) => value.map((check) => ({ host, ...check })));
  const result = worst(all);
  // Of copies nothing comes back.
  if (copies || result === "healthy") return { kind: "healthy" };
  const bad = all.filter((check) => check.result !== "healthy");
  const reason = bad.map(({ host, name, detail }) => `${name}: ${detail} through the gateway of ${host}`).join("; ");
  const silent = bad.filter(({ isSilent }) => isSilent).map(({ host }) => host);
  if (result === "unhealthy" || silent.length === 0 || share === 100) return { kind: result, reason };
  return (await settledAnswers(run, silent))
    ? { kind: "unhealthy", reason: `${reason}, while ${run.settled} answers there` }
    : { kind: result, reason };
}

/** Whether the settled slot answers through these gateways: then it isn't the gateway that keeps the candidate silent. */
async function settledAnswers(run: Run, names: readonly string[]): Promise<boolean> {
  const { health } = run.plan;
  const hosts = hostsWith(run, run.settled).filter(({ name }) => names.includes(name));
  const { done, failed } = await onEveryHost(hosts, (host) =>
    host.askThrough(run.order.at(-1) ?? 0, health.http.path, health.timeoutSeconds * 1000),
  );
  return done.length > 0 && failed.length === 0 && done.every(({ value }) => isGood(run, value));
}

function isGood({ plan, settled }: Run, answer: Answer & { readonly slot: SlotName | null }): boolean {
  return answer.kind === "answered" && answer.slot === settled && answer.status === plan.health.http.status;
}

interface CheckThrough extends Check {
  /** Nobody answered. */
  readonly isSilent: boolean;
}

async function checkThrough(run: Run, host: HostPort, clients: Clients): Promise<readonly CheckThrough[]> {
  const checks: CheckThrough[] = [];
  for (const probe of probesOf(run.plan.health)) {
    if (run.signal.aborted) break;
    const answer = await host.askThrough(clients, probe.path, run.plan.health.timeoutSeconds * 1000);
    const check = judge(probe, answer);
    const elsewhere = answer.kind === "answered" && answer.slot !== run.candidate;
    const detail = `${answer.slot ?? "no slot"} answered, expected ${run.candidate}`;
    // What the candidate didn't answer says nothing of it.
    const isSilent = answer.kind === "failed";
    checks.push({ ...(elsewhere ? { name: check.name, result: "unknown", detail } : check), isSilent });
    // Users wait on it meanwhile: one that doesn't answer isn't asked for all the rest.
    if (isSilent) break;
  }
  return checks;
}
