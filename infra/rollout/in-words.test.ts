import { describe, expect, it } from "vitest";
import type { Plan } from "../model/plan.ts";
import { standing, waitsForPerson } from "./in-words.ts";
import type { RolloutState } from "./state.ts";

const steps: Plan["steps"] = [
  { kind: "analysis", percent: 10, minSeconds: 60, holdSeconds: 1_800 },
  { kind: "pause", percent: 10 },
  { kind: "weight", percent: 100, holdSeconds: 300 },
  { kind: "weight", percent: 0, holdSeconds: 30 },
  { kind: "shadow", percent: 20, minSeconds: 60, holdSeconds: 600 },
];
const plan = { steps } as Plan;
const at = (index: number): RolloutState => ({ phase: "shifting", index, since: 0, strikes: 0 });

describe("where a rollout stands", () => {
  it.each<[RolloutState, string]>([
    [at(3), "step 4 of 5: testers only for 30 s"],
    [at(4), "step 5 of 5: copies of the safe requests of 20 % of the clients, judged for at most 600 s"],
    [at(0), "step 1 of 5: 10 % of the clients, judged for at most 1800 s"],
    [at(1), "step 2 of 5: 10 % of the clients, waiting for a person"],
    [at(2), "step 3 of 5: 100 % of the clients for 300 s"],
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
