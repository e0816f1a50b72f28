import { messageOf } from "../../model/errors.ts";
import type { Observation } from "../../rollout/state.ts";
import { claimOf, inWords, onEveryHost, type Run } from "../context.ts";
import { declareEmpty, drain } from "../empty.ts";

/** Fills the candidate slot on every host and lays out the overlays; users see nothing. Safe to repeat. */
export async function prepare(run: Run): Promise<Observation> {
  try {
    if (run.plan.strategy === "recreate") await emptySettled(run);
    await fillCandidate(run);
  } catch (error) {
    return { kind: "impossible", reason: messageOf(error) };
  }
  const percents = [...new Set([...run.plan.steps.map(({ percent }) => percent), 100])];
  const { failed } = await onEveryHost(run.hosts, (host) => host.prepare(claimOf(run), percents, run.order));
  return failed.length > 0 ? { kind: "impossible", reason: inWords(failed) } : { kind: "healthy" };
}

/** `recreate` runs one copy at a time: the users wait from here until the candidate is settled. */
async function emptySettled(run: Run): Promise<void> {
  if (!run.settled || run.journal.has("emptied", run.id)) return;
  run.tell("step", `Emptying ${run.settled}: "recreate" runs one copy at a time, users wait from here`);
  await declareEmpty(run, run.settled, run.id);
  await run.engine.up(run.stack);
}

async function fillCandidate(run: Run): Promise<void> {
  const { journal, id, candidate, revision, revisionHash } = run;
  if (!journal.has("filled", id)) {
    await drain(run, candidate, run.signal);
    await journal.append({ kind: "filled", rollout: id, slot: candidate, revision, revisionHash });
  }
  run.tell("step", `Filling ${candidate} with ${revision.release.version} on ${run.hosts.length} hosts`);
  await run.engine.up(run.stack);
}
