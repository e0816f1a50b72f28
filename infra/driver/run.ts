import { digestOf } from "../model/release.ts";
import { declared } from "../ledger/declared.ts";
import { advance } from "../rollout/advance.ts";
import { isEnded, type Observation, type RolloutState, type StateIn } from "../rollout/state.ts";
import { onEveryHost, type Run } from "./context.ts";
import { declareEmpty } from "./empty.ts";
import { goBack } from "./phases/go-back.ts";
import { prepare } from "./phases/prepare.ts";
import { promote } from "./phases/promote.ts";
import { shift, Watch } from "./phases/shift.ts";
import { verify } from "./phases/verify.ts";
import { ConflictError, messageOf } from "../model/errors.ts";

/** Milliseconds between two attempts to bring traffic back. */
const rollbackInterval = 1_000;

/**
 * Carries a rollout from `start` to an end state. Resumable: a killed one goes on from the state that its events tell.
 * @throws ConflictError when another driver took the rollout over; this one has then changed nothing more.
 */
export async function carryThrough(run: Run, start: RolloutState): Promise<RolloutState> {
  const watch = new Watch();
  let state = start;
  let decidedAt = run.clock.now();
  while (!isEnded(state)) {
    const seen = await look(run, state, watch);
    let next = advance(run.plan, state, seen, run.clock.now());
    if (next.phase !== "rollingBack") next = await recorded(run, state, next, decidedAt);
    if (next.phase === "rollingBack" && state.phase !== "rollingBack") {
      // Towards the settled slot: act first. What was decided is appended once the traffic is back.
      decidedAt = run.clock.now();
      run.tell("bad", `Going back: ${next.reason}`);
    } else if (next.phase === state.phase) {
      await rest(run, next);
    }
    state = next;
  }
  await settleDown(run, state);
  return state;
}

async function look(run: Run, state: RolloutState, watch: Watch): Promise<Observation> {
  if (
    run.signal.aborted &&
    (state.phase === "preparing" || state.phase === "verifying" || state.phase === "shifting")
  ) {
    return { kind: "aborted", reason: "stopped by a person" };
  }
  switch (state.phase) {
    case "preparing":
      return prepare(run);
    case "verifying":
      return lookPrivately(run, state);
    case "shifting":
      return lookAtUsers(run, state, watch);
    case "promoting":
      return promote(run);
    case "rollingBack":
      return goBack(run).catch((error: unknown) => ({ kind: "impossible", reason: messageOf(error) }));
    case "promoted":
    case "rolledBack":
    case "stranded":
      return { kind: "healthy" };
  }
}

async function lookPrivately(run: Run, { tries }: StateIn<"verifying">): Promise<Observation> {
  const { seen, checks } = await verify(run);
  const healthy = seen.kind === "healthy";
  const attempt = `try ${tries + 1} of ${run.plan.health.tries}`;
  if (healthy) run.tell("good", `${checks.length} private checks are healthy (${attempt})`);
  else run.tell("note", `Not healthy yet (${attempt}): ${"reason" in seen ? seen.reason : ""}`);
  if (healthy || tries + 1 >= run.plan.health.tries) {
    await run.journal.appendLater({ kind: "verified", rollout: run.id, checks: [...checks], healthy });
  }
  return seen;
}

async function lookAtUsers(run: Run, state: StateIn<"shifting">, watch: Watch): Promise<Observation> {
  const { seen, figures } = await shift(run, state, watch);
  const mine = figures[run.candidate];
  if (mine) {
    const numbers = `${mine.requests} requests, ${mine.errorPercent?.toFixed(1) ?? "-"} % errors, p95 ${mine.p95Milliseconds ?? "-"} ms`;
    run.tell(seen.kind === "healthy" ? "good" : "bad", `${run.candidate}: ${numbers}`);
  }
  // A bad look isn't appended before the traffic is back: the ledger may be slow just now.
  if (seen.kind === "healthy") await run.journal.appendLater(observation(run, seen, figures));
  else run.afterwards.push(observation(run, seen, figures));
  return seen;
}

function observation(run: Run, seen: Observation, figures: Awaited<ReturnType<typeof shift>>["figures"]) {
  const result = seen.kind === "healthy" || seen.kind === "unhealthy" ? seen.kind : "unknown";
  return {
    kind: "observation",
    rollout: run.id,
    result,
    reason: "reason" in seen ? seen.reason : "",
    figures: { ...figures },
  } as const;
}

/** Appends what the step from `before` to `after` means. */
async function record(run: Run, before: RolloutState, after: RolloutState, decidedAt: number): Promise<void> {
  const { journal, id: rollout } = run;
  for (const event of run.afterwards.splice(0)) await journal.appendLater(event);
  if (
    after.phase === before.phase &&
    !(after.phase === "shifting" && before.phase === "shifting" && after.index !== before.index)
  )
    return;
  switch (after.phase) {
    case "verifying":
      await journal.append({ kind: "prepared", rollout });
      return;
    case "shifting":
      await journal.append({
        kind: "step",
        rollout,
        index: after.index,
        percent: run.plan.steps[after.index]?.percent ?? 0,
      });
      return;
    case "promoting":
      await journal.append({ kind: "promoting", rollout, slot: run.candidate });
      run.tell("step", `Settling ${run.candidate} on every host`);
      return;
    case "promoted":
      await journal.append({ kind: "promoted", rollout, slot: run.candidate });
      return;
    case "rolledBack": {
      const milliseconds = run.clock.now() - decidedAt;
      const quarantined = run.purpose === "rollout" ? digestOf(run.revision.release.image) : null;
      run.tell(
        "good",
        `All traffic is on ${run.settled ?? "no slot"} again, seen on every gateway after ${milliseconds} ms`,
      );
      await journal.appendLater({ kind: "rollingBack", rollout, reason: after.reason });
      await journal.appendLater({
        kind: "rolledBack",
        rollout,
        settled: run.settled,
        reason: after.reason,
        quarantined,
        milliseconds,
      });
      return;
    }
    case "stranded":
      await journal.appendLater({ kind: "rollingBack", rollout, reason: after.reason });
      await journal.appendLater({
        kind: "stranded",
        rollout,
        reason: after.reason,
        hosts: run.hosts.map(({ name }) => name),
      });
      return;
    case "preparing":
    case "rollingBack":
      return;
  }
}

/** The next state once it is in the ledger. What can't be written down away from the settled slot isn't done. */
async function recorded(run: Run, before: RolloutState, after: RolloutState, decidedAt: number): Promise<RolloutState> {
  try {
    await record(run, before, after, decidedAt);
    return after;
  } catch (error) {
    if (error instanceof ConflictError || isEnded(before)) throw error;
    return { phase: "rollingBack", reason: `the ledger did not take it: ${messageOf(error)}`, since: run.clock.now() };
  }
}

async function rest(run: Run, state: RolloutState): Promise<void> {
  if (state.phase === "verifying") await run.clock.sleep(run.plan.health.intervalSeconds * 1000, run.signal);
  if (state.phase === "rollingBack") await run.clock.sleep(rollbackInterval);
}

/** After the end: the stack is brought to what the ledger says. Traffic is where it belongs already, so this may fail. */
async function settleDown(run: Run, state: RolloutState): Promise<void> {
  try {
    if (state.phase === "promoted") {
      const { failed } = await onEveryHost(run.hosts, (host) => host.clear({ token: run.token, rollout: run.id }));
      if (failed.length > 0)
        run.tell("note", `The lease lapses by itself on ${failed.map(({ host }) => host).join(", ")}`);
    }
    if (
      state.phase === "rolledBack" &&
      declared(run.journal.entries).slots[run.candidate]?.revisionHash === run.revisionHash
    ) {
      await declareEmpty(run, run.candidate, run.id);
    }
    if (state.phase !== "stranded") await run.engine.up(run.stack);
  } catch (error) {
    if (error instanceof ConflictError) throw error;
    run.tell(
      "bad",
      `The traffic is where it belongs, but the stack could not be brought up to date: ${messageOf(error)}. Run "sluice resume".`,
    );
  }
}
