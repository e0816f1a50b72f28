import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { logLikelihood, splitOf, tells } from "./split.ts";
import { strata } from "./testing/strata.ts";

describe("splitOf", () => {
  it("is the hypergeometric distribution for equal odds", () => {
    // 3 bad of 10, 4 of them the candidate's: C(4,k) C(6,3-k) / C(10,3) = 20, 60, 36, 4 of 120.
    const { from, probabilities } = splitOf({ candidate: { bad: 1, all: 4 }, settled: { bad: 2, all: 6 } }, 1);
    expect(from).toBe(0);
    [20, 60, 36, 4].forEach((ways, k) => expect(probabilities[k]).toBeCloseTo(ways / 120, 12));
  });

  it("weighs each of the candidate's bad requests by the odds ratio", () => {
    // 20, 60 * 2, 36 * 4, 4 * 8 of 316.
    const { probabilities } = splitOf({ candidate: { bad: 1, all: 4 }, settled: { bad: 2, all: 6 } }, 2);
    [20, 120, 144, 32].forEach((ways, k) => expect(probabilities[k]).toBeCloseTo(ways / 316, 12));
  });

  it("leaves out what can't be: more bad requests than a slot had", () => {
    const { from, probabilities } = splitOf({ candidate: { bad: 3, all: 3 }, settled: { bad: 1, all: 2 } }, 1);
    expect({ from, possible: probabilities.length }).toEqual({ from: 2, possible: 2 });
  });

  it("sums to 1 and agrees with the likelihood of what was seen, whatever the numbers", () => {
    fc.assert(
      fc.property(strata, fc.double({ min: 0.1, max: 20, noNaN: true }), (stratum, odds) => {
        const { from, probabilities, variance } = splitOf(stratum, odds);
        expect(probabilities.reduce((sum, one) => sum + one, 0)).toBeCloseTo(1, 9);
        expect(variance).toBeGreaterThanOrEqual(-1e-9);
        const seen = probabilities[stratum.candidate.bad - from];
        if (seen !== undefined) expect(logLikelihood(stratum, odds).log).toBeCloseTo(Math.log(seen), 6);
      }),
      { numRuns: 200 },
    );
  });

  it("stays finite for millions of requests", () => {
    const huge = { candidate: { bad: 52_000, all: 1_000_000 }, settled: { bad: 450_000, all: 9_000_000 } };
    const { variance } = splitOf(huge, 1.25);
    expect(variance).toBeGreaterThan(10_000);
    expect(logLikelihood(huge, 1.25).log).toBeLessThan(0);
  });
});

describe("tells", () => {
  it.each([
    ["no bad requests", { candidate: { bad: 0, all: 10 }, settled: { bad: 0, all: 90 } }, false],
    ["only bad requests", { candidate: { bad: 10, all: 10 }, settled: { bad: 90, all: 90 } }, false],
    ["no requests to the candidate", { candidate: { bad: 0, all: 0 }, settled: { bad: 3, all: 90 } }, false],
    ["no requests to the settled slot", { candidate: { bad: 3, all: 10 }, settled: { bad: 0, all: 0 } }, false],
    [
      "one bad request that either could have had",
      { candidate: { bad: 0, all: 1 }, settled: { bad: 1, all: 9 } },
      true,
    ],
  ])("%s: %o tells: %s", (_, stratum, expected) => {
    expect(tells(stratum)).toBe(expected);
  });
});
