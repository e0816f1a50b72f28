import { describe, expect, it } from "vitest";
import { healthSettings, watchSettings } from "../model/settings/health.ts";
import type { Plan } from "../model/plan.ts";
import { advance } from "./advance.ts";
import { leasedPercent, type Observation, type RolloutState } from "./state.ts";

const plan: Plan = {
  strategy: "canary",
  steps: [
    { kind: "analysis", percent: 10, minSeconds: 60, holdSeconds: 1_800 },
    { kind: "pause", percent: 10 },
    { kind: "weight", percent: 100, holdSeconds: 300 },
  ],
  health: healthSettings.parse({}),
  watch: watchSettings.parse({ strikes: 1 }),
  drainSeconds: 0,
  tickSeconds: 10,
  leaseTicks: 3,
  seed: "s",
};
const now = 10_000_000;
const healthy: Observation = { kind: "healthy" };
const proven: Observation = { kind: "proven", reason: "no worse" };
const worse: Observation = { kind: "worse", reason: "more errors" };
const unhealthy: Observation = { kind: "unhealthy", reason: "errors" };
const unknown: Observation = { kind: "unknown", reason: "silence" };
const blind: Observation = { kind: "unknown", reason: "no counters", blind: true };
const sparse: Observation = { kind: "unknown", reason: "nobody", sparse: true };
const continued: Observation = { kind: "continued", reason: "alice said so" };

const at = (index: number, secondsAgo: number, strikes = 0): RolloutState => ({
  phase: "shifting",
  index,
  since: now - secondsAgo * 1_000,
  strikes,
});
const entered = (index: number): RolloutState => at(index, 0);
const back = (reason: string, blamed: boolean): RolloutState => ({ phase: "rollingBack", reason, blamed, since: now });

describe("a step under analysis", () => {
  it.each<[string, RolloutState, Observation, RolloutState]>([
    ["is left early when the candidate is shown to be no worse", at(0, 60), proven, entered(1)],
    ["but not before its shortest time", at(0, 59), proven, at(0, 59)],
    ["goes on while nothing is decided", at(0, 1_799), healthy, at(0, 1_799)],
    ["ends undecided after its longest time", at(0, 1_800), healthy, entered(1)],
    ["goes back at once when the candidate is worse, and blames it", at(0, 1), worse, back("more errors", true)],
    ["waits out silence, which starts nothing anew", at(0, 1_799), unknown, at(0, 1_799)],
    ["goes back when it is silent at its end, and blames nobody", at(0, 1_800), unknown, back("silence", false)],
    ["asks a source again that falls silent at its end", at(0, 1_800), blind, at(0, 1_800, 1)],
    ["looks once more when only the look at its end is without requests", at(0, 1_800), sparse, at(0, 1_800, 1)],
    ["and goes back when the next one is, too", at(0, 1_810, 1), sparse, back("nobody", false)],
    ["and goes back when it stays silent", at(0, 1_810, 1), blind, back("no counters", false)],
    ["bears one bad look of the driver's own", at(0, 5), unhealthy, at(0, 5, 1)],
    ["and not two", at(0, 9, 1), unhealthy, back("errors", true)],
  ])("%s", (_what, state, seen, expected) => {
    expect(advance(plan, state, seen, now)).toEqual(expected);
  });
});

describe("a step for testers alone", () => {
  const testers: Plan = {
    ...plan,
    steps: [
      { kind: "weight", percent: 0, holdSeconds: 30 },
      { kind: "pause", percent: 0 },
      { kind: "weight", percent: 100, holdSeconds: 300 },
    ],
  };

  it.each<[string, RolloutState, Observation, RolloutState]>([
    ["is left after its time", at(0, 30, 1), healthy, entered(1)],
    ["forgets a bad look after a good one", at(0, 5, 1), healthy, at(0, 5)],
    ["bears one bad look, and begins anew", at(0, 5), unhealthy, at(0, 0, 1)],
    ["and not two in a row", at(0, 5, 1), unhealthy, back("errors", true)],
    ["where it waits for a person it forgets, too", at(1, 90_000, 1), healthy, at(1, 90_000)],
    ["and bears one", at(1, 90_000), unhealthy, at(1, 90_000, 1)],
    ["and not two", at(1, 90_000, 1), unhealthy, back("errors", true)],
  ])("%s", (_what, state, seen, expected) => {
    expect(advance(testers, state, seen, now)).toEqual(expected);
  });
});

describe("a pause", () => {
  it.each<[string, RolloutState, Observation, RolloutState]>([
    ["ends when a person says so", at(1, 5), continued, entered(2)],
    ["doesn't end by itself, however long", at(1, 1_000_000), healthy, at(1, 1_000_000)],
    ["nor because the candidate is no worse", at(1, 1_000_000), proven, at(1, 1_000_000)],
    ["nor in silence", at(1, 1_000_000), unknown, at(1, 1_000_000)],
    ["goes back when the candidate turns out worse", at(1, 5), worse, back("more errors", true)],
    ["goes back when it doesn't answer well twice", at(1, 5, 1), unhealthy, back("errors", true)],
  ])("%s", (_what, state, seen, expected) => {
    expect(advance(plan, state, seen, now)).toEqual(expected);
  });

  it("keeps the share of the step before", () => {
    expect(leasedPercent(plan, at(1, 0))).toBe(10);
  });
});
