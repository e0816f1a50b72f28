import { describe, expect, it } from "vitest";
import { randomOf } from "../../../scripts/bench/judge/random.ts";
import { dependencyFailure, type Scenario, usual } from "../../../scripts/bench/judge/scenario.ts";
import { simulate } from "../../../scripts/bench/judge/simulate.ts";
import { judgeAll } from "./judge.ts";
import { settingsOf } from "./testing/windows.ts";

const settings = settingsOf();

/** Of so many simulated canaries: called worse at any look, and promoted before that. */
function simulated(scenario: Partial<Scenario>, canaries: number) {
  let [worse, promoted] = [0, 0];
  for (let canary = 0; canary < canaries; canary++) {
    const answers = judgeAll(settings, simulate({ ...usual, ...scenario }, randomOf(4, canary))).map(
      ({ answer }) => answer,
    );
    const [bad, good] = [answers.indexOf("worse"), answers.indexOf("betterOrEqual")];
    if (bad >= 0) worse++;
    if (good >= 0 && (bad < 0 || good < bad)) promoted++;
  }
  return { worse, promoted };
}

// `npm run bench:judge` has the figures; these would show a judge that is plainly wrong. With the promised chance of 1 %
// at most, more than 3 of 40 come once in 1,000 times.
describe("simulated canaries, a look every minute for half an hour", () => {
  it.each<[string, Partial<Scenario>]>([
    ["little traffic", { rate: 2 }],
    ["some traffic", { rate: 20 }],
    ["a dependency that fails", { rate: 20, failure: dependencyFailure }],
  ])("good ones are left alone: %s", (_, scenario) => {
    expect(simulated(scenario, 40).worse).toBeLessThanOrEqual(3);
  });

  it("four times the errors are always found, and never promoted", () => {
    expect(simulated({ rate: 20, candidate: { errors: 4, latency: 1 } }, 20)).toEqual({ worse: 20, promoted: 0 });
  });

  it("good ones with much traffic are promoted", () => {
    expect(simulated({ rate: 200, minutes: 6 }, 20).promoted).toBeGreaterThanOrEqual(17);
  });
});
