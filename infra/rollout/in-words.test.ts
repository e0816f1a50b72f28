import { describe, expect, it } from "vitest";
import type { Plan } from "../model/plan.ts";
import { standing, waitsForPerson } from "./in-words.ts";
import type { RolloutState } from "./state.ts";

const steps: Plan["steps"] = [
  { kind: "analysis", percent: 10, minSeconds: 60, holdSeconds: 1_800 },
  { kind: "pause", percent: 10 },
  { kind: "weight", percent: 100, holdSeconds: 300 },
];
const plan = { steps } as Plan;
const at = (index: number): RolloutState => ({ phase: "shifting", index, since: 0, strikes: 0 });

describe("where a rollout stands", () => {
  it.each<[RolloutState, string]>([
    [at(0), "step 1 of 3: 10 % of the clients, judged for at most 1800 s"],
    [at(1), "step 2 of 3: 10 % of the clients, waiting for a person"],
    [at(2), "step 3 of 3: 100 % of the clients for 300 s"],
    [{ phase: "verifying", tries: 1 }, "checking the candidate privately; no user is on it"],
    [{ phase: "rollingBack", reason: "5 % errors", blamed: true, since: 0 }, "going back: 5 % errors"],
  ])("%o", (state, words) => {
    expect(standing(plan, state)).toBe(words);
  });

  it("only at a pause nothing goes on until a person says so", () => {
    const states = [at(0), at(1), at(2), { phase: "promoting" } as const];
    expect(states.map((state) => waitsForPerson(plan, state))).toEqual([false, true, false, false]);
  });
});
