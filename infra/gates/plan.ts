import { z } from "zod";
import { type Plan, planSchema, type Step } from "../model/plan.ts";
import { type PlanLimits, planLimitsSchema } from "../model/settings/plan-limits.ts";
import type { GateDecision } from "./decision.ts";
import { problems } from "./problems.ts";

export interface PlanInputs {
  readonly limits: PlanLimits;
  readonly plan: Pick<Plan, "strategy" | "steps">;
}

const inputsSchema = z.strictObject({
  limits: planLimitsSchema,
  plan: planSchema.pick({ strategy: true, steps: true }),
});

/** What an environment asks of every plan, whatever a service's settings make of it; says all that is wrong at once. */
export function planGate({ limits, plan }: PlanInputs): GateDecision {
  const gate = "plan";
  const inputs = { limits: limits ?? null, strategy: plan?.strategy ?? null, steps: plan?.steps ?? null };
  const parsed = inputsSchema.safeParse({ limits, plan: plan && { strategy: plan.strategy, steps: plan.steps } });
  if (!parsed.success) {
    return { gate, allowed: false, reason: `the plan can't be judged: ${problems(parsed.error)}`, inputs };
  }
  const violations = violationsOf(parsed.data.limits, parsed.data.plan);
  const reason = violations.length === 0 ? "the plan keeps to the limits of the environment" : violations.join("; ");
  return { gate, allowed: violations.length === 0, reason, inputs };
}

function violationsOf(limits: PlanLimits, { strategy, steps }: PlanInputs["plan"]): readonly string[] {
  const { strategies, minHoldSeconds, maxFirstPercent } = limits;
  const withUsers = steps
    .map((step, index) => ({ ...leastWithUsers(step), number: index + 1 }))
    .filter(({ percent }) => percent > 0);
  const [first] = withUsers;
  return [
    ...(strategies.includes(strategy)
      ? []
      : [`its strategy is ${strategy}, which isn't among ${strategies.join(", ")} (gates.plan.strategies)`]),
    ...notAscending(steps),
    ...(first === undefined || first.percent <= maxFirstPercent
      ? []
      : [
          `step ${first.number} gives it ${first.percent} % of the clients, above the ${maxFirstPercent} % that it may begin with (gates.plan.maxFirstPercent)`,
        ]),
    ...withUsers
      .filter(({ seconds }) => seconds < minHoldSeconds)
      .map(
        ({ number, seconds }) =>
          `step ${number} may be over after ${seconds} s, less than ${minHoldSeconds} s (gates.plan.minHoldSeconds)`,
      ),
  ];
}

/** Users would go back and forth between releases, or get the candidate for good without anybody having looked at all of them. */
function notAscending(steps: readonly Step[]): readonly string[] {
  const last = steps.at(-1);
  const shares = steps.map(shareOf);
  const falling = steps.flatMap((step, index) => {
    const [before, share] = [shares[index - 1] ?? 0, shares[index] ?? 0];
    if (step.kind === "pause" ? share === before : share > before || (share === 0 && before === 0)) return [];
    const expected =
      step.kind === "pause" ? `the ${before} % of the step before` : `more than the ${before} % before it`;
    return [`step ${index + 1} gives it ${share} % of the clients, expected ${expected}`];
  });
  if (last && shareOf(last) === 100) return falling;
  return [
    ...falling,
    `it doesn't end with all of the clients: ${last ? `its last step gives it ${shareOf(last)} %` : "it has no steps"}`,
  ];
}

/** Share of the clients in a step; copies of requests are nobody's. */
function shareOf(step: Step): number {
  return step.kind === "shadow" ? 0 : step.percent;
}

/** Share of the clients in a step and the shortest time that it may take; a step without users has a share of 0. */
function leastWithUsers(step: Step): { readonly percent: number; readonly seconds: number } {
  switch (step.kind) {
    case "weight":
      return { percent: step.percent, seconds: step.holdSeconds };
    case "analysis":
      return { percent: step.percent, seconds: Math.min(step.minSeconds, step.holdSeconds) };
    case "shadow":
    case "pause":
      return { percent: 0, seconds: 0 };
  }
}
