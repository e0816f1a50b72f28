import { declared } from "../../ledger/declared.ts";
import type { Observation } from "../../rollout/state.ts";
import { inWords, onEveryHost, type Run } from "../context.ts";
import { declareEmpty } from "../empty.ts";
import { verifySettled } from "../routing.ts";

/**
 * Brings all traffic back to the settled slot: one call a host, in parallel, over connections that are open already. No
 * engine, no ledger and no reload is in its way (`recreate` excepted, whose settled slot has to be filled again first).
 */
export async function goBack(run: Run): Promise<Observation> {
  const cleared = await onEveryHost(run.hosts, async (host) => {
    await host.clear({ token: run.token, rollout: run.id });
    if (run.journal.has("promoting", run.id)) await host.settle(run.token, run.settled);
  });
  if (run.plan.strategy === "recreate" && run.settled) await refill(run);
  if (cleared.failed.length > 0) return { kind: "impossible", reason: inWords(cleared.failed) };
  const seen = await verifySettled(run, run.settled, run.order);
  return seen.kind === "healthy" && run.settled ? answers(run) : seen;
}

/** A rollback ends on seen health: the settled slot answers through every gateway. */
async function answers(run: Run): Promise<Observation> {
  const { path, status } = run.plan.health.http;
  const { failed } = await onEveryHost(run.hosts, async (host) => {
    const answer = await host.askThrough(run.order[0] ?? 0, path, run.plan.health.timeoutSeconds * 1000);
    if (answer.kind === "failed") throw new Error(answer.reason);
    if (answer.slot !== run.settled) throw new Error(`${answer.slot ?? "no slot"} answered, expected ${run.settled}`);
    if (answer.status !== status) throw new Error(`${run.settled} answers ${answer.status}, expected ${status}`);
  });
  return failed.length > 0 ? { kind: "unhealthy", reason: inWords(failed) } : { kind: "healthy" };
}

async function refill(run: Run): Promise<void> {
  const { journal, settled } = run;
  if (!settled || declared(journal.entries).slots[settled]) return;
  const before = journal.entries.findLast(({ event }) => event.kind === "filled" && event.slot === settled)?.event;
  if (before?.kind !== "filled") return;
  run.tell("step", `Filling ${settled} again with ${before.revision.release.version}`);
  await declareEmpty(run, run.candidate, run.id);
  await run.engine.up(run.stack);
  await journal.append({ ...before, rollout: run.id });
  await run.engine.up(run.stack);
}
