import { describe, expect, it } from "vitest";
import { beginComparison, type Comparison, compare, comparisonWords, isCalm, oddsRatio } from "./comparison.ts";
import type { Stratum } from "./split.ts";
import { settingsOf } from "./testing/windows.ts";

const { sequential } = settingsOf();
const stratum = (bad: number, all: number, settledBad: number, settledAll: number): Stratum => ({
  candidate: { bad, all },
  settled: { bad: settledBad, all: settledAll },
});
const after = (...strata: readonly Stratum[]): Comparison =>
  strata.reduce<Comparison>((before, one) => compare(sequential, before, one, 0.2), beginComparison(sequential));

describe("oddsRatio", () => {
  it("is Mantel and Haenszel's: windows add up, their own rates don't matter", () => {
    // (3 * 95 / 110 + 4 * 60 / 110) / (5 * 7 / 110 + 40 * 6 / 110) = 525 / 275
    expect(oddsRatio(after(stratum(3, 10, 5, 100), stratum(4, 10, 40, 100)))).toBeCloseTo(525 / 275, 12);
  });

  it("is 1 when each window's shares are the same, however the windows differ (Simpson's paradox)", () => {
    expect(oddsRatio(after(stratum(1, 100, 10, 1_000), stratum(50, 1_000, 5, 100)))).toBeCloseTo(1, 12);
  });

  it("is unknown while the settled slot has no bad request, and nothing divides by nothing", () => {
    expect(oddsRatio(after(stratum(3, 10, 0, 100)))).toBeNull();
    expect(oddsRatio(after(stratum(0, 0, 0, 0)))).toBeNull();
    expect(comparisonWords(after(stratum(3, 1_200, 0, 0)))).toBe(
      "candidate 3 of 1,200 (0.250 %), settled 0 of 0, odds not known",
    );
  });
});

describe("isCalm", () => {
  const before = after(stratum(6, 1_200, 54, 10_800));

  it("is told by both slots together", () => {
    expect(isCalm(before, stratum(240, 1_200, 0, 10_800))).toBe(true);
    expect(isCalm(before, stratum(0, 1_200, 240, 10_800))).toBe(true);
    expect(isCalm(before, stratum(1, 1_200, 240, 10_800))).toBe(false);
  });

  it("is what the first window is, and any with few bad requests", () => {
    expect(isCalm(beginComparison(sequential), stratum(600, 1_200, 5_400, 10_800))).toBe(true);
    expect(isCalm(before, stratum(9, 12, 0, 108))).toBe(true);
    expect(isCalm(before, stratum(10, 12, 0, 108))).toBe(false);
  });

  it("keeps disturbed windows out of what speaks for the candidate, not of what speaks against it", () => {
    const disturbed = compare(sequential, before, stratum(400, 1_200, 2_000, 10_800), 0.1);
    expect(disturbed.harmless).toEqual(before.harmless);
    expect(disturbed.calm).toEqual(before.calm);
    expect(disturbed.worse).not.toEqual(before.worse);
    expect(disturbed.candidate).toEqual({ bad: 406, all: 2_400 });
  });
});

describe("a negligible share", () => {
  it("is shown by enough requests without a bad one, and by none never", () => {
    const needed = Math.log(1 / sequential.promotionAlpha);
    expect(after(stratum(0, 5_000, 0, 50_000)).negligible).toBeLessThan(needed);
    expect(after(stratum(0, 9_000, 0, 50_000)).negligible).toBeGreaterThan(needed);
    expect(after(stratum(0, 0, 0, 50_000)).negligible).toBe(0);
  });

  it("is never asked for at 0", () => {
    const never = { ...sequential, negligiblePercent: 0 };
    expect(compare(never, beginComparison(never), stratum(0, 1e6, 0, 1e7), 0.2).negligible).toBe(0);
  });
});
