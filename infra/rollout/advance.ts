import type { Plan, Step, StepOf } from "../model/plan.ts";
import type { Observation, RolloutState, StateIn } from "./state.ts";
import { keepToWindows } from "./windows.ts";

/** How long a rollback may stay unverified before the rollout counts as stranded, in milliseconds. */
export const rollbackPatience = 60_000;

/** `recreate` has to start the settled slot again: that one gets the time which a candidate has to become healthy, too. */
function patience({ strategy, health }: Plan): number {
  return strategy === "recreate" ? rollbackPatience + health.tries * health.intervalSeconds * 1000 : rollbackPatience;
}

/**
 * The state after one look. Pure: the same arguments always give the same answer.
 *
 * @param now Milliseconds of the steady clock, by which everything lasts.
 * @param today Milliseconds since the epoch, by which windows are open.
 */
export function advance(
  plan: Plan,
  state: RolloutState,
  seen: Observation,
  now: number,
  today: number = now,
): RolloutState {
  return keepToWindows(plan, state, proceed(plan, state, seen, now), now, today);
}

/** The same at any time of the week. */
function proceed(plan: Plan, state: RolloutState, seen: Observation, now: number): RolloutState {
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
    case "proven":
    case "continued":
      return isHeld(state) ? state : enterStep(plan, 0, now);
    case "worse":
    case "unhealthy":
    case "unknown": {
      if (isHeld(state)) return state;
      const tries = state.tries + 1;
      return tries < plan.health.tries ? { phase: "verifying", tries } : goBack(seen, now);
    }
    case "impossible":
    case "aborted":
      return goBack(seen, now);
  }
}

function advanceShifting(plan: Plan, state: StateIn<"shifting">, seen: Observation, now: number): RolloutState {
  const step = plan.steps[state.index];
  switch (seen.kind) {
    case "worse":
    case "impossible":
    case "aborted":
      return goBack(seen, now);
    case "healthy":
    case "unhealthy":
    case "unknown":
    case "proven":
    case "continued":
      break;
  }
  if (seen.kind === "healthy" && seen.nobody) return { ...sighted(state), since: now };
  switch (step?.kind) {
    case "weight":
      return advanceWeight(plan, step, borne(step, state, seen), seen, now);
    case "analysis":
    case "shadow":
      return advanceAnalysis(plan, step, state, seen, now);
    case "pause":
      if (seen.kind === "continued") return enterStep(plan, state.index + 1, now);
      return seen.kind === "unhealthy" ? strike(plan, state, seen, now) : borne(step, state, seen);
    case undefined:
      return { phase: "promoting" };
  }
}

/** While no user is on it, bad looks count in a row only: testers may take days, and one failed check harms nobody. */
function borne({ percent }: Step, state: StateIn<"shifting">, seen: Observation): StateIn<"shifting"> {
  return percent === 0 && seen.kind === "healthy" ? { ...state, strikes: 0 } : state;
}

type Watched = Exclude<Observation, { kind: "worse" | "impossible" | "aborted" }>;
type Bad = Extract<Observation, { kind: "unhealthy" | "unknown" }>;

/** Without a comparison: it has to look healthy all the time, by thresholds. */
function advanceWeight(
  plan: Plan,
  { holdSeconds }: StepOf<"weight">,
  state: StateIn<"shifting">,
  seen: Watched,
  now: number,
): RolloutState {
  switch (seen.kind) {
    case "unhealthy":
    case "unknown": {
      if (seen.kind === "unknown" && seen.blind) return holdBlind(plan, holdSeconds, state, seen, now);
      const after = strike(plan, state, seen, now);
      return after.phase === "shifting" ? { ...after, since: now } : after;
    }
    case "healthy":
    case "proven":
    case "continued":
      return now - state.since < holdSeconds * 1000 ? sighted(state) : enterStep(plan, state.index + 1, now);
  }
}

/**
 * What counts has fallen silent, which is no sign against the candidate: its step isn't left on such a look, and goes on
 * for another hold at most. What came meanwhile is counted once it can be seen, so the hold isn't begun anew.
 */
function holdBlind(
  { watch }: Plan,
  holdSeconds: number,
  state: StateIn<"shifting">,
  seen: Bad,
  now: number,
): RolloutState {
  const { blindSince = now } = state;
  const longest = Math.max(holdSeconds, watch.strikes * watch.intervalSeconds) * 1000;
  return now - blindSince < longest ? { ...state, blindSince } : goBack(seen, now);
}

function sighted(state: StateIn<"shifting">): StateIn<"shifting"> {
  if (state.blindSince === undefined) return state;
  const { phase, index, since, strikes } = state;
  return { phase, index, since, strikes };
}

/**
 * Silence is neither: it is waited out as long as the step may take, and goes back then; what only then falls
 * silent, a source or few users, is asked again as often as a bad look is borne.
 */
function advanceAnalysis(
  plan: Plan,
  { minSeconds, holdSeconds }: StepOf<"analysis" | "shadow">,
  state: StateIn<"shifting">,
  seen: Watched,
  now: number,
): RolloutState {
  const lasted = (now - state.since) / 1000;
  switch (seen.kind) {
    case "unhealthy":
      return strike(plan, state, seen, now);
    case "unknown":
      // While it is held it isn't at its end, however long that takes.
      if (lasted < holdSeconds || isHeld(state)) return state;
      return seen.blind || seen.sparse ? strike(plan, state, seen, now) : goBack(seen, now);
    case "proven":
      return lasted < Math.min(minSeconds, holdSeconds) ? state : enterStep(plan, state.index + 1, now);
    case "healthy":
    case "continued":
      return lasted < holdSeconds ? state : enterStep(plan, state.index + 1, now);
  }
}

function isHeld({ held }: StateIn<"verifying" | "shifting">): boolean {
  return held !== undefined;
}

function strike(plan: Plan, state: StateIn<"shifting">, seen: Bad, now: number): RolloutState {
  const strikes = state.strikes + 1;
  return strikes > plan.watch.strikes ? goBack(seen, now) : { ...state, strikes };
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
  return { phase: "rollingBack", reason, blamed: kind === "unhealthy" || kind === "worse", since: now };
}
