import { z } from "zod";
import { type Plan, planSchema, type Step } from "../model/plan.ts";
import { type PlanLimits, planLimitsSchema } from "../model/settings/plan-limits.ts";
import type { GateDecision } from "./decision.ts";

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
    const wrong = parsed.error.issues.map(({ path, message }) => `${path.map(String).join(".")}: ${message}`);
    return { gate, allowed: false, reason: `the plan can't be judged: ${wrong.join("; ")}`, inputs };
  }
  const violations = violationsOf(parsed.data.limits, parsed.data.plan);
  const reason = violations.length === 0 ? "the plan keeps to the limits of the environment" : violations.join("; ");
  return { gate, allowed: violations.length === 0, reason, inputs };
}

function violationsOf(limits: PlanLimits, { strategy, steps }: PlanInputs["plan"]): readonly string[] {
  const { strategies, minHoldSeconds, maxFirstPercent } = limits;
  const numbered = steps.map((step, index) => ({ ...leastWithUsers(step), number: index + 1 }));
  const withUsers = numbered.filter(({ percent }) => percent > 0);
  // Without a step all users get the candidate at once, and for good.
  const first = withUsers[0] ?? { number: 0, percent: 100, seconds: 0 };
  const shorter = (withUsers.length > 0 ? withUsers : [first]).filter(({ seconds }) => seconds < minHoldSeconds);
  return [
    ...(strategies.includes(strategy)
      ? []
      : [`its strategy is ${strategy}, which isn't among ${strategies.join(", ")} (gates.plan.strategies)`]),
    ...(first.percent <= maxFirstPercent
      ? []
      : [
          `${where(first.number)} gives it ${first.percent} % of the clients, above the ${maxFirstPercent} % that it may begin with (gates.plan.maxFirstPercent)`,
        ]),
    ...shorter.map(
      ({ number, seconds }) =>
        `${where(number)} may be over after ${seconds} s, less than ${minHoldSeconds} s (gates.plan.minHoldSeconds)`,
    ),
  ];
}

function where(number: number): string {
  return number === 0 ? "promoting without any step" : `step ${number}`;
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
