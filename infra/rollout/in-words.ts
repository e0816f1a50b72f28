import type { Plan, Step } from "../model/plan.ts";
import { shareInWords, shareOf } from "./share.ts";
import type { RolloutState, StateIn } from "./state.ts";

/** Where a rollout stands, for people: `step 2 of 4: 25 % of the clients, judged for at most 1800 s`. */
export function standing(plan: Plan, state: RolloutState): string {
  switch (state.phase) {
    case "preparing":
      return "filling the candidate slot; no user is on it";
    case "verifying":
      return `checking the candidate privately; no user is on it${held(state)}`;
    case "shifting": {
      const step = plan.steps[state.index];
      return `step ${state.index + 1} of ${plan.steps.length}${step ? `: ${stepInWords(step)}` : ""}${held(state)}`;
    }
    case "promoting":
      return "settling the candidate, which has all clients";
    case "rollingBack":
      return `going back: ${state.reason}`;
    case "promoted":
      return "promoted";
    case "rolledBack":
      return `rolled back: ${state.reason}`;
    case "stranded":
      return `stranded: ${state.reason}`;
  }
}

function held({ held: reason }: StateIn<"verifying" | "shifting">): string {
  return reason === undefined ? "" : `; held: ${reason}`;
}

/** Whether nothing goes on until a person says so. */
export function waitsForPerson(plan: Plan, state: RolloutState): boolean {
  return state.phase === "shifting" && plan.steps[state.index]?.kind === "pause";
}

function stepInWords(step: Step): string {
  const share = shareInWords(shareOf(step));
  switch (step.kind) {
    case "weight":
      return `${share} for ${step.holdSeconds} s`;
    case "analysis":
    case "shadow":
      return `${share}, judged for at most ${step.holdSeconds} s`;
    case "pause":
      return `${share}, waiting for a person`;
  }
}
