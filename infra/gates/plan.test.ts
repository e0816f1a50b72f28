import { describe, expect, it } from "vitest";
import type { Plan } from "../model/plan.ts";
import { planLimits, type PlanLimits } from "../model/settings/plan-limits.ts";
import { planGate, type PlanInputs } from "./plan.ts";
import { corruptions } from "./testing/corruptions.ts";

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
    ["no limits and no steps", { ...blueGreen, steps: [] }, limits()],
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

  it("sees that a plan without steps gives all users the candidate, unwatched", () => {
    const none = planGate({
      limits: limits({ minHoldSeconds: 1, maxFirstPercent: 99 }),
      plan: { ...canary, steps: [] },
    });
    expect(none.allowed).toBe(false);
    expect(none.reason.split("; ")).toEqual([
      "promoting without any step gives it 100 % of the clients, above the 99 % that it may begin with (gates.plan.maxFirstPercent)",
      "promoting without any step may be over after 0 s, less than 1 s (gates.plan.minHoldSeconds)",
    ]);
  });

  it("is never turned from deny into allow by an input that is gone or spoilt", () => {
    const denied = [
      { limits: limits({ minHoldSeconds: 100 }), plan: canary },
      { limits: limits({ maxFirstPercent: 5 }), plan: canary },
      { limits: limits({ strategies: ["recreate"] }), plan: blueGreen },
    ];
    const allowed = denied.flatMap((inputs) => {
      expect(planGate(inputs).allowed).toBe(false);
      return corruptions(inputs).filter(({ spoilt }) => planGate(spoilt as PlanInputs).allowed);
    });
    expect(allowed.map(({ where }) => where)).toEqual([]);
  });
});
