import type { Plan } from "../model/plan.ts";
import { clientsPercent } from "./share.ts";

/**
 * Where a rollout stands. Times are milliseconds of the driver's steady clock. `blamed` is whether the release itself was seen to
 * be bad: what couldn't be seen, or couldn't be done, is no evidence against it.
 */
export type RolloutState =
  /** The candidate slot is being filled with the revision on every host; users see nothing. */
  | { readonly phase: "preparing" }
  /** The candidate is checked at its own address; `tries` of them were not healthy. `held` as below. */
  | { readonly phase: "verifying"; readonly tries: number; readonly held?: string }
  /**
   * Step `index` of the plan is on: `since` when it has looked healthy, `strikes` bad or missing looks in it, since
   * when nothing can be seen of its users, and why it is held where the plan's windows have closed.
   */
  | {
      readonly phase: "shifting";
      readonly index: number;
      readonly since: number;
      readonly strikes: number;
      readonly blindSince?: number;
      readonly held?: string;
    }
  /** The settled markers are moving to the candidate. */
  | { readonly phase: "promoting" }
  /** Traffic is on its way back to the settled slot. */
  | { readonly phase: "rollingBack"; readonly reason: string; readonly blamed: boolean; readonly since: number }
  | { readonly phase: "promoted" }
  /** The settled slot has the traffic and was seen to have it. */
  | { readonly phase: "rolledBack"; readonly reason: string; readonly blamed: boolean }
  /** The rollback was never verified on every host; the lease is the safety net. Page someone. */
  | { readonly phase: "stranded"; readonly reason: string; readonly blamed: boolean };

export type Phase = RolloutState["phase"];
export type StateIn<P extends Phase> = Extract<RolloutState, { phase: P }>;

/** What was seen when the state's action was carried out. */
export type Observation =
  /** `nobody`: no user was on the candidate, who was to be: the time of its step begins anew. */
  | { readonly kind: "healthy"; readonly nobody?: true }
  | { readonly kind: "unhealthy"; readonly reason: string; readonly hosts?: readonly string[] }
  /**
   * No samples, or the question failed: silence is not health. `blind`: it is what counts that is silent, while the
   * candidate, asked by the driver where it may, gives no cause. `sparse`: nothing came since the look before, though
   * enough had come in this step.
   */
  | { readonly kind: "unknown"; readonly reason: string; readonly blind?: true; readonly sparse?: true }
  /** The action itself could not be carried out on every host; `hosts` are those where it could not. */
  | { readonly kind: "impossible"; readonly reason: string; readonly hosts?: readonly string[] }
  /** The judge: a harmful difference to the settled slot is excluded. */
  | { readonly kind: "proven"; readonly reason: string }
  /** The judge: the candidate is worse than the settled slot. That holds, whatever comes after. */
  | { readonly kind: "worse"; readonly reason: string }
  /** A person said that a pause is over. */
  | { readonly kind: "continued"; readonly reason: string }
  /** A person asked to go back. */
  | { readonly kind: "aborted"; readonly reason: string };

const ended: Record<Phase, boolean> = {
  preparing: false,
  verifying: false,
  shifting: false,
  promoting: false,
  rollingBack: false,
  promoted: true,
  rolledBack: true,
  stranded: true,
};

export function isEnded(state: RolloutState): boolean {
  return ended[state.phase];
}

/** Whether a release that goes back, or went back, was seen to be bad. */
export function isBlamed(state: RolloutState): boolean {
  return "blamed" in state && state.blamed;
}

/** Candidate's share of the clients, in percent, that a state calls for under lease. */
export function leasedPercent(plan: Plan, state: RolloutState): number {
  const step = state.phase === "shifting" ? plan.steps[state.index] : undefined;
  switch (state.phase) {
    case "shifting":
      return step ? clientsPercent(step) : 0;
    case "promoting":
      return 100;
    case "preparing":
    case "verifying":
    case "rollingBack":
    case "promoted":
    case "rolledBack":
    case "stranded":
      return 0;
  }
}
