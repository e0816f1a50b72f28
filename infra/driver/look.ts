import type { EventOf } from "../ledger/event.ts";
import { ConflictError, messageOf } from "../model/errors.ts";
import type { Observation, RolloutState, StateIn } from "../rollout/state.ts";
import { usageInWords } from "../rollout/usage.ts";
import { aborted, type Run } from "./context.ts";
import { sayDrift } from "./drift.ts";
import type { Leases } from "./leases.ts";
import { goBack } from "./phases/go-back.ts";
import { prepare } from "./phases/prepare.ts";
import { promote } from "./phases/promote.ts";
import { listen, shift, type Look, type Watch } from "./phases/shift.ts";
import { verify } from "./phases/verify.ts";
import { unlessAborted } from "./unless-aborted.ts";
import type { Usages } from "./usage-watch.ts";

/**
 * Carries a state's action out and says what was seen. Whatever fails in it is an observation: nothing may end a driver
 * between two states, with users on a candidate that nobody watches.
 * @throws ConflictError when a newer driver took over.
 */
export async function look(run: Run, state: RolloutState, watch: Watch, leases: Leases): Promise<Observation> {
  const since = run.clock.steady();
  try {
    return await lookAt(run, state, watch, leases);
  } catch (error) {
    if (error instanceof ConflictError) throw error;
    const kind = state.phase === "verifying" || state.phase === "shifting" ? "unknown" : "impossible";
    // What fails at once isn't tried, and written down, over and over within one interval.
    if (state.phase === "shifting") {
      const left = run.plan.watch.intervalSeconds * 1000 - (run.clock.steady() - since);
      await run.clock.sleep(Math.max(0, left), run.signal);
    }
    return { kind, reason: messageOf(error) };
  }
}

async function lookAt(run: Run, state: RolloutState, watch: Watch, leases: Leases): Promise<Observation> {
  switch (state.phase) {
    case "preparing":
      return run.signal.aborted ? aborted : prepare(run);
    case "verifying":
      return run.signal.aborted ? aborted : lookPrivately(run, state, watch);
    case "shifting":
      return run.signal.aborted ? aborted : lookAtUsers(run, state, watch, leases);
    case "promoting":
      return promote(run, leases);
    case "rollingBack":
      return goBack(run);
    case "promoted":
    case "rolledBack":
    case "stranded":
      return { kind: "healthy" };
  }
}

async function lookPrivately(run: Run, state: StateIn<"verifying">, watch: Watch): Promise<Observation> {
  const { tries, held } = state;
  if (held !== undefined) {
    await listen(run);
    return { kind: "healthy" };
  }
  const verified = await unlessAborted(run, verify(run));
  if (!verified) return aborted;
  const { seen, checks } = verified;
  const healthy = seen.kind === "healthy";
  const attempt = `try ${tries + 1} of ${run.plan.health.tries}`;
  if (healthy) run.tell("good", `${checks.length} private checks are healthy (${attempt})`);
  else {
    const reason = "reason" in seen ? seen.reason : "";
    run.tell("note", `Not healthy yet (${attempt}): ${reason === watch.reason ? "as before" : reason}`);
    watch.reason = reason;
  }
  if (healthy || tries + 1 >= run.plan.health.tries) {
    const event = { kind: "verified" as const, rollout: run.id, checks: [...checks], healthy };
    if (!(await written(run, run.journal.appendLater(event)))) return aborted;
  }
  return seen;
}

async function lookAtUsers(run: Run, state: StateIn<"shifting">, watch: Watch, leases: Leases): Promise<Observation> {
  const watched = await unlessAborted(run, shift(run, state, watch, leases));
  if (!watched) return aborted;
  // Nothing stands between a bad look and the way back.
  const mayWait = watched.seen.kind === "healthy" || watched.seen.kind === "unknown";
  if (mayWait && !(await written(run, sayDrift(run, run.drift.glance(run))))) return aborted;
  const { seen, figures, usages } = watched;
  const mine = figures[run.candidate];
  if (mine) {
    const what = run.plan.steps[state.index]?.kind === "shadow" ? "copies" : "requests";
    const numbers = `${mine.requests} ${what}, ${mine.errorPercent?.toFixed(1) ?? "-"} % errors, p95 ${mine.p95Milliseconds ?? "-"} ms${usages ? `, ${usageText(run, usages)}` : ""}`;
    run.tell(seen.kind === "healthy" ? "good" : "bad", `${run.candidate}: ${numbers}`);
  }
  // A bad look isn't appended before the traffic is back: the ledger may be slow just now.
  // Of nobody there is nothing to keep.
  if (seen.kind === "healthy" && seen.nobody) return seen;
  if (seen.kind === "unhealthy" || seen.kind === "worse") run.afterwards.push(observation(run, watched));
  else if (!(await written(run, run.journal.appendLater(observation(run, watched))))) return aborted;
  return seen;
}

/** Whether it was written down before a person asked to go back: for that nobody waits for a ledger that hangs. */
async function written(run: Run, writing: Promise<void>): Promise<boolean> {
  return (
    (await unlessAborted(
      run,
      writing.then(() => true),
    )) ?? false
  );
}

const results: Record<Observation["kind"], EventOf<"observation">["result"]> = {
  healthy: "healthy",
  proven: "healthy",
  continued: "healthy",
  unhealthy: "unhealthy",
  worse: "unhealthy",
  unknown: "unknown",
  impossible: "unknown",
  aborted: "unknown",
};

function observation(run: Run, { seen, figures, window, usages }: Look): EventOf<"observation"> {
  const reason = "reason" in seen ? seen.reason : "";
  const judged = window ? { window } : {};
  return {
    kind: "observation",
    rollout: run.id,
    result: results[seen.kind],
    reason,
    figures: { ...figures },
    ...judged,
    ...(usages && usages.known.length > 0 ? { usage: [...usages.known] } : {}),
  };
}

function usageText({ candidate }: Run, { known, unknown }: Usages): string {
  return [
    usageInWords(known.filter(({ slot }) => slot === candidate)),
    ...unknown.map((host) => `${host} tells no memory and CPU`),
  ]
    .filter((text) => text !== "")
    .join(", ");
}
