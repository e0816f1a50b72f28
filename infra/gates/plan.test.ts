import { describe, expect, it } from "vitest";
import type { Plan } from "../model/plan.ts";
import { planLimits, type PlanLimits } from "../model/settings/plan-limits.ts";
import { planGate } from "./plan.ts";
import { expectNeverOpens } from "./testing/never-opens.ts";

const canary: Pick<Plan, "strategy" | "steps"> = {
  strategy: "canary",
  steps: [
    { kind: "weight", percent: 0, holdSeconds: 30 },
    { kind: "pause", percent: 0 },
    { kind: "shadow", percent: 50, minSeconds: 0, holdSeconds: 60 },
    { kind: "analysis", percent: 10, minSeconds: 60, holdSeconds: 1_800 },
    { kind: "analysis", percent: 50, minSeconds: 120, holdSeconds: 90 },
    { kind: "weight", percent: 100, holdSeconds: 300 },
  ],
};
const blueGreen: typeof canary = {
  strategy: "blue-green",
  steps: [{ kind: "weight", percent: 100, holdSeconds: 300 }],
};
const limits = (over: Partial<PlanLimits> = {}): PlanLimits => planLimits.parse(over);

describe("the plan gate", () => {
  it.each([
    ["no limits", canary, limits()],
    ["just the limits", canary, limits({ minHoldSeconds: 60, maxFirstPercent: 10, strategies: ["canary"] })],
    ["a hold at 100 %", blueGreen, limits({ minHoldSeconds: 300 })],
  ])("lets a plan in with %s", (_what, plan, allowed) => {
    expect(planGate({ limits: allowed, plan })).toEqual({
      gate: "plan",
      allowed: true,
      reason: "the plan keeps to the limits of the environment",
      inputs: { limits: allowed, ...plan },
    });
  });

  it("says every limit that a plan doesn't keep to", () => {
    const strict = limits({ minHoldSeconds: 100, maxFirstPercent: 5, strategies: ["recreate", "blue-green"] });
    expect(planGate({ limits: strict, plan: canary }).reason.split("; ")).toEqual([
      "its strategy is canary, which isn't among recreate, blue-green (gates.plan.strategies)",
      "step 4 gives it 10 % of the clients, above the 5 % that it may begin with (gates.plan.maxFirstPercent)",
      "step 4 may be over after 60 s, less than 100 s (gates.plan.minHoldSeconds)",
      "step 5 may be over after 90 s, less than 100 s (gates.plan.minHoldSeconds)",
    ]);
  });

  const weight = (percent: number) => ({ kind: "weight", percent, holdSeconds: 1 }) as const;
  const end = "it doesn't end with all of the clients";
  it.each<[string, Plan["steps"], string]>([
    ["no steps", [], `${end}: it has no steps`],
    ["an end below 100 %", [weight(10), weight(50)], `${end}: its last step gives it 50 %`],
    [
      "an end with copies",
      [weight(0), { kind: "shadow", percent: 100, minSeconds: 0, holdSeconds: 1 }],
      `${end}: its last step gives it 0 %`,
    ],
    [
      "a smaller share",
      [weight(50), weight(10), weight(100)],
      "step 2 gives it 10 % of the clients, expected more than the 50 % before it",
    ],
    [
      "the same share twice",
      [weight(100), weight(100)],
      "step 2 gives it 100 % of the clients, expected more than the 100 % before it",
    ],
    [
      "testers after users",
      [weight(10), weight(0), weight(100)],
      "step 2 gives it 0 % of the clients, expected more than the 10 % before it",
    ],
    [
      "copies after users",
      [weight(10), { kind: "shadow", percent: 20, minSeconds: 0, holdSeconds: 1 }, weight(100)],
      "step 2 gives it 0 % of the clients, expected more than the 10 % before it",
    ],
    [
      "a pause with more of the users",
      [weight(10), { kind: "pause", percent: 50 }, weight(100)],
      "step 2 gives it 50 % of the clients, expected the 10 % of the step before",
    ],
  ])("refuses %s, whatever the limits", (_what, steps, reason) => {
    expect(planGate({ limits: limits(), plan: { ...canary, steps } })).toMatchObject({ allowed: false, reason });
  });

  it("is never turned from deny into allow by an input that is gone or spoilt", () => {
    const plan = (...steps: Plan["steps"]) => ({ limits: limits(), plan: { ...canary, steps } });
    expectNeverOpens(planGate, {
      allowed: [
        { limits: limits({ minHoldSeconds: 60, maxFirstPercent: 10 }), plan: canary },
        { limits: limits(), plan: blueGreen },
      ],
      denied: [
        { limits: limits({ minHoldSeconds: 100 }), plan: canary },
        { limits: limits({ maxFirstPercent: 5 }), plan: canary },
        { limits: limits({ strategies: ["recreate"] }), plan: blueGreen },
        plan(),
        plan(weight(10), weight(50)),
        plan(weight(50), weight(10), weight(100)),
        plan(weight(10), { kind: "pause", percent: 50 }, weight(100)),
      ],
    });
  });
});
