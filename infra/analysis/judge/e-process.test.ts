import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { begin, beginAtOnce, type Claim, logEvidence, logRatiosOf, step, stillToCome, worseThan } from "./e-process.ts";
import { splitOf, type Stratum } from "./split.ts";
import { smallStrata, splitAs, strata } from "./testing/strata.ts";

/** Expectation over all splits of a window, by the odds that hold. */
function expected(stratum: Stratum, odds: number, value: (stratum: Stratum) => number): number {
  const { from, probabilities } = splitOf(stratum, odds);
  return probabilities.reduce((sum, chance, index) => sum + chance * value(splitAs(stratum, from + index)), 0);
}

const claim = worseThan(1.25);
const odds = fc.double({ min: 0.05, max: 1.25, noNaN: true });
const own = fc.double({ min: 0, max: 0.5, noNaN: true });

/** Evidence after a window, begun with any evidence before. */
function factor(stratum: Stratum, of: Claim, ownDifference: number): number {
  const before = begin(of.towards);
  const after = step(before, logRatiosOf(of, stratum, ownDifference), stillToCome(60, 1_800));
  return Math.exp(logEvidence(of.towards, after) - logEvidence(of.towards, before));
}

describe("an e-process", () => {
  it("is a fair bet at the bound: a window multiplies it by 1 on average", () => {
    fc.assert(
      fc.property(smallStrata, (stratum) => {
        expect(expected(stratum, claim.bound, (one) => factor(one, claim, 0))).toBeCloseTo(1, 9);
      }),
    );
  });

  it("is never a favourable bet for a candidate within the bound, however slots differ by nature", () => {
    fc.assert(
      fc.property(strata, odds, own, (stratum, holds, ownDifference) => {
        expect(expected(stratum, holds, (one) => factor(one, claim, ownDifference))).toBeLessThanOrEqual(1 + 1e-6);
      }),
      { numRuns: 60 },
    );
  });

  it("counts a window for less, the more slots differ by nature", () => {
    const stratum = { candidate: { bad: 40, all: 600 }, settled: { bad: 60, all: 5_400 } };
    const [exact, tempered] = [0, 0.3].map((difference) => Math.max(...logRatiosOf(claim, stratum, difference)));
    expect(exact).toBeGreaterThan(20);
    expect(tempered).toBeGreaterThan(0);
    expect(tempered).toBeLessThan((exact ?? 0) * 0.7);
  });

  it("starts as no evidence, and windows that can't tell leave it so", () => {
    const none = { candidate: { bad: 0, all: 50 }, settled: { bad: 0, all: 500 } };
    let process = begin(claim.towards);
    for (let at = 60; at <= 6_000; at += 60)
      process = step(process, logRatiosOf(claim, none, 0.1), stillToCome(at, 1_800));
    expect(logEvidence(claim.towards, process)).toBeCloseTo(0, 9);
  });

  it("finds a fault that sets in late, when all that was seen before speaks against it", () => {
    const equal = { candidate: { bad: 6, all: 1_200 }, settled: { bad: 54, all: 10_800 } };
    const twice = { candidate: { bad: 14, all: 1_200 }, settled: { bad: 54, all: 10_800 } };
    let [later, atOnce] = [begin(claim.towards), beginAtOnce(claim.towards)];
    for (let minute = 1; minute <= 45; minute++) {
      const logRatios = logRatiosOf(claim, minute > 30 ? twice : equal, 0);
      later = step(later, logRatios, stillToCome(60 * minute, 1_800));
      atOnce = step(atOnce, logRatios, 0);
    }
    expect(logEvidence(claim.towards, atOnce)).toBeLessThan(5);
    expect(logEvidence(claim.towards, later)).toBeGreaterThan(10);
  });

  it("stays finite when an alternative has lost all it had", () => {
    const towards = claim.towards;
    const lost = step(
      begin(towards),
      towards.map(() => -2_000),
      stillToCome(60, 1_800),
    );
    const { begun } = step(
      lost,
      towards.map(() => 1),
      stillToCome(120, 1_800),
    );
    expect(begun.every(Number.isFinite)).toBe(true);
  });
});

describe("stillToCome", () => {
  it("is a quarter at first, half of that at the horizon, and never nothing", () => {
    expect([0, 1_800, 1e9].map((seconds) => stillToCome(seconds, 1_800) > 0)).toEqual([true, true, true]);
    expect(stillToCome(0, 1_800)).toBe(0.25);
    expect(stillToCome(1_800, 1_800)).toBe(0.125);
  });
});
