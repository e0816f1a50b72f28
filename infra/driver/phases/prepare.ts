import { messageOf, ConflictError } from "../../model/errors.ts";
import { shareName } from "../../gateway/host-call.ts";
import { shareOf } from "../../rollout/share.ts";
import type { Observation } from "../../rollout/state.ts";
import { bringUp } from "../bring-up.ts";
import { aborted, carriedOut, claimOf, onEveryHost, type Run } from "../context.ts";
import { hostsWith } from "../places.ts";
import { undecided } from "../signing/decide.ts";
import { declareEmpty, drain } from "../empty.ts";
import { isFilledBy } from "../fillings.ts";

/** Fills the candidate slot on every host and lays out the overlays; users see nothing. Safe to repeat. */
export async function prepare(run: Run): Promise<Observation> {
  const { journal, id, settled, plan } = run;
  if (settled && isFilledBy(journal.entries, id, settled)) {
    return { kind: "impossible", reason: "an earlier driver had begun to go back" };
  }
  const reason = isFilledBy(journal.entries, id, run.candidate) ? null : undecided(run);
  if (reason !== null) return { kind: "impossible", reason };
  try {
    if (plan.strategy === "recreate") await emptySettled(run);
    await fillCandidate(run);
  } catch (error) {
    if (error instanceof ConflictError) throw error;
    if (run.signal.aborted) return aborted;
    return { kind: "impossible", reason: messageOf(error) };
  }
  // None at all is for a rollout that waits with nobody on the candidate.
  const waits = plan.steps.some(({ kind }) => kind === "pause") || plan.windows?.whenClosed === "hold";
  const all = [...plan.steps.map(shareOf), ...(waits ? [0] : []), 100];
  const shares = [...new Map(all.map((share) => [shareName(share), share])).values()];
  const hosts = hostsWith(run, run.candidate);
  return carriedOut(await onEveryHost(hosts, (host) => host.prepare(claimOf(run), shares, run.order)));
}

/** `recreate` runs one copy at a time: the users wait from here until the candidate is settled. */
async function emptySettled(run: Run): Promise<void> {
  const { journal, id, settled, candidate } = run;
  if (!settled || isFilledBy(journal.entries, id, candidate)) return;
  if (!journal.has("emptied", id)) {
    run.tell("step", `Emptying ${settled}: "recreate" runs one copy at a time, users wait from here`);
    await declareEmpty(run, settled, id);
  }
  await bringUp(run, "atOnce");
}

async function fillCandidate(run: Run): Promise<void> {
  const { journal, id, candidate, revision, revisionHash } = run;
  if (!isFilledBy(journal.entries, id, candidate)) {
    await drain(run, candidate, run.signal);
    await journal.append({ kind: "filled", rollout: id, slot: candidate, revision, revisionHash });
  }
  run.tell(
    "step",
    `Filling ${candidate} with ${revision.release.version} on ${Object.keys(revision.hosts).join(", ")}`,
  );
  await bringUp(run, "atOnce");
}
