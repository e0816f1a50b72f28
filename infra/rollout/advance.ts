import type { Plan } from "../model/plan.ts";
import type { Observation, RolloutState, StateIn } from "./state.ts";

/** How long a rollback may stay unverified before the rollout counts as stranded, in milliseconds. */
export const rollbackPatience = 60_000;

/** `recreate` has to start the settled slot again: that one gets the time which a candidate has to become healthy, too. */
function patience({ strategy, health }: Plan): number {
  return strategy === "recreate" ? rollbackPatience + health.tries * health.intervalSeconds * 1000 : rollbackPatience;
}

/** The state after one look. Pure: the same arguments always give the same answer. */
export function advance(plan: Plan, state: RolloutState, seen: Observation, now: number): RolloutState {
  switch (state.phase) {
    case "preparing":
      return seen.kind === "healthy" ? { phase: "verifying", tries: 0 } : goBack(seen, now);
    case "verifying":
      return advanceVerifying(plan, state, seen, now);
    case "shifting":
      return advanceShifting(plan, state, seen, now);
    case "promoting":
      return seen.kind === "healthy" ? { phase: "promoted" } : goBack(seen, now);
    case "rollingBack":
      return advanceRollingBack(plan, state, seen, now);
    case "promoted":
    case "rolledBack":
    case "stranded":
      return state;
  }
}

function advanceVerifying(plan: Plan, state: StateIn<"verifying">, seen: Observation, now: number): RolloutState {
  switch (seen.kind) {
    case "healthy":
      return enterStep(plan, 0, now);
    case "unhealthy":
    case "unknown": {
      const tries = state.tries + 1;
      return tries < plan.health.tries ? { phase: "verifying", tries } : goBack(seen, now);
    }
    case "impossible":
    case "aborted":
      return goBack(seen, now);
  }
}

function advanceShifting(plan: Plan, state: StateIn<"shifting">, seen: Observation, now: number): RolloutState {
  switch (seen.kind) {
    case "healthy": {
      const hold = (plan.steps[state.index]?.holdSeconds ?? 0) * 1000;
      return now - state.since < hold ? state : enterStep(plan, state.index + 1, now);
    }
    case "unhealthy":
    case "unknown": {
      const strikes = state.strikes + 1;
      return strikes > plan.watch.strikes ? goBack(seen, now) : { ...state, strikes, since: now };
    }
    case "impossible":
    case "aborted":
      return goBack(seen, now);
  }
}

function advanceRollingBack(plan: Plan, state: StateIn<"rollingBack">, seen: Observation, now: number): RolloutState {
  const { reason, blamed } = state;
  if (seen.kind === "healthy") return { phase: "rolledBack", reason, blamed };
  if (now - state.since < patience(plan)) return state;
  return { phase: "stranded", reason: `${reason}; rollback unverified: ${seen.reason}`, blamed };
}

function enterStep(plan: Plan, index: number, now: number): RolloutState {
  return index < plan.steps.length ? { phase: "shifting", index, since: now, strikes: 0 } : { phase: "promoting" };
}

/** The look that decides also tells whether the release is to blame. */
function goBack({ kind, reason }: Exclude<Observation, { kind: "healthy" }>, now: number): RolloutState {
  return { phase: "rollingBack", reason, blamed: kind === "unhealthy", since: now };
}
