import { describe, expect, it } from "vitest";
import { healthSettings, watchSettings } from "../model/settings/health.ts";
import type { Plan } from "../model/plan.ts";
import { advance, rollbackPatience } from "./advance.ts";
import { isBlamed, isEnded, leasedPercent, type Observation, type Phase, type RolloutState } from "./state.ts";

const plan: Plan = {
  strategy: "blue-green",
  steps: [
    { kind: "weight", percent: 25, holdSeconds: 20 },
    { kind: "weight", percent: 100, holdSeconds: 30 },
  ],
  health: healthSettings.parse({ tries: 2, intervalSeconds: 10 }),
  watch: watchSettings.parse({ strikes: 1 }),
  drainSeconds: 0,
  tickSeconds: 10,
  leaseTicks: 3,
  seed: "s",
};
const healthy: Observation = { kind: "healthy" };
const unhealthy: Observation = { kind: "unhealthy", reason: "errors" };
const unknown: Observation = { kind: "unknown", reason: "silence" };
const impossible: Observation = { kind: "impossible", reason: "host-b is away" };
const aborted: Observation = { kind: "aborted", reason: "stopped" };
const blind: Observation = { kind: "unknown", reason: "no counters", blind: true };
const all = [healthy, unhealthy, unknown, blind, impossible, aborted];

const now = 1_000_000;
const back = (reason: string): RolloutState => ({
  phase: "rollingBack",
  reason,
  blamed: reason === "errors",
  since: now,
});
const shifting = (index: number, since: number, strikes = 0): RolloutState => ({
  phase: "shifting",
  index,
  since,
  strikes,
});
const blindFor = (heldFor: number, blindFor: number, strikes = 0): RolloutState => ({
  ...shifting(1, now - heldFor, strikes),
  ...(blindFor === 0 ? { blindSince: now } : { blindSince: now - blindFor }),
});
const verifying = (tries: number): RolloutState => ({ phase: "verifying", tries });

describe("advance", () => {
  it.each<[string, RolloutState, Observation, RolloutState]>([
    ["a filled slot is verified", { phase: "preparing" }, healthy, verifying(0)],
    ["what can't be prepared goes back", { phase: "preparing" }, impossible, back("host-b is away")],
    ["a person stops it", { phase: "preparing" }, aborted, back("stopped")],
    ["a verified candidate enters the first step", verifying(1), healthy, shifting(0, now)],
    ["a failed try is tried again", verifying(0), unhealthy, verifying(1)],
    ["a try that could not be made counts as one", verifying(0), unknown, verifying(1)],
    ["the last try decides", verifying(1), unhealthy, back("errors")],
    ["the last try, although unknown, decides", verifying(1), unknown, back("silence")],
    ["no try is left to a person who stops it", verifying(0), aborted, back("stopped")],
    ["a hold that isn't over goes on", shifting(0, now - 19_999), healthy, shifting(0, now - 19_999)],
    ["a hold that is over leads to the next step", shifting(0, now - 20_000), healthy, shifting(1, now)],
    ["strikes don't count in the next step", shifting(0, now - 20_000, 1), healthy, shifting(1, now)],
    ["the last hold leads to promotion", shifting(1, now - 30_000), healthy, { phase: "promoting" }],
    ["a strike starts the hold anew", shifting(1, now - 29_000), unhealthy, shifting(1, now, 1)],
    ["a missing look is a strike", shifting(1, now - 29_000), unknown, shifting(1, now, 1)],
    ["a bad look at the end of a hold promotes nothing", shifting(1, now - 99_000), unhealthy, shifting(1, now, 1)],
    ["one strike too many goes back", shifting(1, now, 1), unhealthy, back("errors")],
    ["one missing look too many goes back", shifting(1, now, 1), unknown, back("silence")],
    ["a silent source holds, and begins nothing anew", shifting(1, now - 29_000), blind, blindFor(29_000, 0)],
    ["and promotes nothing", shifting(1, now - 99_000), blind, blindFor(99_000, 0)],
    ["a source that speaks again is trusted", blindFor(29_000, 9_000), healthy, shifting(1, now - 29_000)],
    ["also at the end of the hold", blindFor(30_000, 9_000), healthy, { phase: "promoting" }],
    ["it may be silent for another hold", blindFor(99_000, 29_999), blind, blindFor(99_000, 29_999)],
    ["and no longer, and nobody is blamed", blindFor(99_000, 30_000), blind, back("no counters")],
    ["a bad look meanwhile counts as ever", blindFor(9_000, 9_000, 1), unhealthy, back("errors")],
    ["a share that can't be given goes back at once", shifting(0, now), impossible, back("host-b is away")],
    ["a person stops a step", shifting(0, now), aborted, back("stopped")],
    ["a marker that was seen to move is promoted", { phase: "promoting" }, healthy, { phase: "promoted" }],
    ["a marker that didn't move goes back", { phase: "promoting" }, impossible, back("host-b is away")],
    ["a marker that nobody saw move goes back", { phase: "promoting" }, unknown, back("silence")],
    [
      "a rollback ends on seen health",
      back("errors"),
      healthy,
      { phase: "rolledBack", reason: "errors", blamed: true },
    ],
    ["a rollback that isn't seen is tried again", back("errors"), unhealthy, back("errors")],
    [
      "a rollback that was never seen is stranded",
      { phase: "rollingBack", reason: "errors", blamed: true, since: now - rollbackPatience },
      impossible,
      { phase: "stranded", reason: "errors; rollback unverified: host-b is away", blamed: true },
    ],
    [
      "a late rollback that is seen has come back",
      { phase: "rollingBack", reason: "errors", blamed: false, since: now - 2 * rollbackPatience },
      healthy,
      { phase: "rolledBack", reason: "errors", blamed: false },
    ],
  ])("%s", (_what, state, seen, expected) => {
    expect(advance(plan, state, seen, now)).toEqual(expected);
  });

  it("gives a slot that `recreate` has to start again the time of a candidate", () => {
    const recreate: Plan = { ...plan, strategy: "recreate" };
    const since = now - rollbackPatience - 19_999;
    const state: RolloutState = { phase: "rollingBack", reason: "errors", blamed: true, since };
    expect(advance(recreate, state, unhealthy, now)).toEqual(state);
    expect(advance(recreate, state, unhealthy, now + 1).phase).toBe("stranded");
  });

  it("settles a verified candidate at once when the plan has no steps", () => {
    expect(advance({ ...plan, steps: [] }, verifying(0), healthy, now)).toEqual({ phase: "promoting" });
  });

  it.each(["promoted", "rolledBack", "stranded"] as const)("never leaves %s", (phase) => {
    const state: RolloutState = phase === "promoted" ? { phase } : { phase, reason: "errors", blamed: true };
    for (const seen of all) expect(advance(plan, state, seen, now)).toBe(state);
  });

  it("keeps to what it promises in every history of nine looks", () => {
    const broken = new Set<string>();
    const ends = new Set<Phase>();
    const walk = (state: RolloutState, at: number, goodSince: number, left: number): void => {
      if (isEnded(state)) ends.add(state.phase);
      if (left === 0 || isEnded(state)) return;
      for (const seen of all) {
        const next = advance(plan, state, seen, at);
        for (const promise of brokenPromises(state, seen, next, at - goodSince)) broken.add(promise);
        const entered = next.phase === "shifting" && (state.phase !== "shifting" || next.index !== state.index);
        walk(next, at + 10_000, entered || (seen.kind !== "healthy" && seen !== blind) ? at : goodSince, left - 1);
      }
    };
    walk({ phase: "preparing" }, 0, 0, 9);
    expect([...broken]).toEqual([]);
    expect([...ends].sort()).toEqual(["promoted", "rolledBack", "stranded"]);
  });
});

/** What no step may do, whatever came before. `goodFor` is how long the step has seen nothing but good looks. */
function brokenPromises(
  before: RolloutState,
  seen: Observation,
  after: RolloutState,
  goodFor: number,
): readonly string[] {
  const forward: readonly Phase[] = ["preparing", "verifying", "shifting", "promoting", "promoted"];
  const [from, to] = [forward.indexOf(before.phase), forward.indexOf(after.phase)];
  const more = leasedPercent(plan, after) > leasedPercent(plan, before) || after.phase === "promoted";
  const step = before.phase === "shifting" ? plan.steps[before.index] : undefined;
  const hold = step?.kind === "weight" ? step.holdSeconds * 1000 : 0;
  const leaves = before.phase === "shifting" && !(after.phase === "shifting" && after.index === before.index);
  const rules: Readonly<Record<string, boolean>> = {
    "traffic was added after a look that wasn't good": seen.kind !== "healthy" && more,
    "a step was left forward before its whole hold was good": leaves && to >= 0 && goodFor < hold,
    "it went back in its phases other than by going back": to >= 0 && to < from,
    "it skipped a phase": to > from + 1 && !(before.phase === "verifying" && plan.steps.length === 0),
    "a rollback was claimed unseen": after.phase === "rolledBack" && seen.kind !== "healthy",
    "going back was given up for going on": before.phase === "rollingBack" && to >= 0,
    "what is impossible, or unwanted, went on":
      (seen.kind === "impossible" || seen.kind === "aborted") && to >= 0 && before.phase !== "rollingBack",
    "a release was blamed that wasn't seen to be bad":
      before.phase !== "rollingBack" &&
      isBlamed(after) !== (seen.kind === "unhealthy" && after.phase === "rollingBack"),
    "what was seen of a release was forgotten": before.phase === "rollingBack" && isBlamed(before) !== isBlamed(after),
    "it was stranded although it was seen": after.phase === "stranded" && seen.kind === "healthy",
  };
  return Object.entries(rules).flatMap(([rule, isBroken]) =>
    isBroken ? [`${rule}: ${before.phase}, ${seen.kind}, ${after.phase}`] : [],
  );
}

describe("leasedPercent", () => {
  it.each<[RolloutState, number]>([
    [{ phase: "preparing" }, 0],
    [verifying(0), 0],
    [shifting(0, 0), 25],
    [shifting(1, 0), 100],
    [shifting(2, 0), 0],
    [{ phase: "promoting" }, 100],
    [back("errors"), 0],
    [{ phase: "promoted" }, 0],
    [{ phase: "rolledBack", reason: "", blamed: false }, 0],
    [{ phase: "stranded", reason: "", blamed: false }, 0],
  ])("of %j is %d", (state, percent) => {
    expect(leasedPercent(plan, state)).toBe(percent);
  });
});
