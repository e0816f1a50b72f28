import { describe, expect, it } from "vitest";
import { judgeWindow, type JudgeWindow } from "../../../infra/model/judge-window.ts";
import { binomial, normal, normalBelow, poisson, randomOf } from "./random.ts";
import { dependencyFailure, type Scenario, usual } from "./scenario.ts";
import { simulate } from "./simulate.ts";

const many = (draw: () => number, count = 4_000): number[] => Array.from({ length: count }, draw);
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const variance = (values: readonly number[]): number => mean(values.map((value) => (value - mean(values)) ** 2));

describe("chance", () => {
  const random = randomOf(1, 1);

  it.each<[string, () => number, number, number]>([
    ["uniform", random, 1 / 2, 1 / 12],
    ["normal", () => normal(random), 0, 1],
    ["binomial of few", () => binomial(random, 200, 0.02), 4, 3.92],
    ["binomial of most", () => binomial(random, 50, 0.9), 45, 4.5],
    ["binomial of many", () => binomial(random, 10_000, 0.3), 3_000, 2_100],
    ["Poisson of few", () => poisson(random, 12), 12, 12],
    ["Poisson of many", () => poisson(random, 1_080), 1_080, 1_080],
  ])("%s draws have their mean and variance", (_, draw, expectedMean, expectedVariance) => {
    const values = many(draw);
    expect(Math.abs(mean(values) - expectedMean)).toBeLessThan(4 * Math.sqrt(expectedVariance / values.length));
    expect(variance(values) / expectedVariance).toBeGreaterThan(0.9);
    expect(variance(values) / expectedVariance).toBeLessThan(1.1);
  });

  it("is the same for the same seed, and another for another", () => {
    const first = (seed: number, stream: number): number[] => many(randomOf(seed, stream), 5);
    expect(first(7, 3)).toEqual(first(7, 3));
    expect(first(7, 3)).not.toEqual(first(7, 4));
    expect(first(7, 3)).not.toEqual(first(8, 3));
  });

  it("the normal distribution is right to six digits", () => {
    expect(normalBelow(1.959963984540054)).toBeCloseTo(0.975, 6);
    expect(normalBelow(-2.3263478740408408)).toBeCloseTo(0.01, 6);
  });
});

/** Windows of many canaries, added up. */
function totals(changes: Partial<Scenario>, of: (window: JudgeWindow, minute: number) => boolean = () => true) {
  const sum = { candidate: { requests: 0, errors: 0, slow: 0 }, settled: { requests: 0, errors: 0, slow: 0 } };
  for (let canary = 0; canary < 40; canary++) {
    simulate({ ...usual, bounds: [268], rate: 50, ...changes }, randomOf(5, canary))
      .filter((window, index) => of(window, index + 1))
      .forEach(({ slots }) => {
        for (const slot of ["candidate", "settled"] as const) {
          sum[slot].requests += slots[slot].requests;
          sum[slot].errors += slots[slot].errors;
          sum[slot].slow += slots[slot].latency.counts[1] ?? 0;
        }
      });
  }
  const share = (slot: "candidate" | "settled") => ({
    errors: sum[slot].errors / sum[slot].requests,
    slow: sum[slot].slow / sum[slot].requests,
  });
  return { ...sum, candidateShare: share("candidate"), settledShare: share("settled") };
}

describe("simulate", () => {
  it("makes windows that the judge would read", () => {
    for (const window of simulate(usual, randomOf(1, 1))) expect(() => judgeWindow.parse(window)).not.toThrow();
  });

  it("has the traffic, errors and latencies that were asked for", () => {
    const { candidate, settled, candidateShare, settledShare } = totals({});
    expect(candidate.requests / (candidate.requests + settled.requests)).toBeCloseTo(0.1, 2);
    expect(settled.requests / (0.9 * 50 * 1_800 * 40)).toBeCloseTo(1, 1);
    // The noise of the logarithm raises the mean by half its variance: 6 %.
    expect(settledShare.errors / 0.0053).toBeCloseTo(1, 0);
    expect(candidateShare.errors / settledShare.errors).toBeCloseTo(1, 0);
    expect(settledShare.slow).toBeCloseTo(0.055, 1);
  });

  it("breaks the candidate alone, from the onset on", () => {
    const changes = { candidate: { errors: 4, latency: 2 }, onset: 11 };
    const [before, after] = [totals(changes, (_, minute) => minute <= 10), totals(changes, (_, minute) => minute > 10)];
    expect(before.candidateShare.errors / before.settledShare.errors).toBeLessThan(1.2);
    expect(after.candidateShare.errors / after.settledShare.errors).toBeGreaterThan(3.6);
    expect(after.candidateShare.errors / after.settledShare.errors).toBeLessThan(4.4);
    expect(after.candidateShare.slow).toBeGreaterThan(4 * after.settledShare.slow);
  });

  it("fails both slots for as long as a dependency does", () => {
    const { candidateShare, settledShare } = totals(
      { failure: dependencyFailure },
      (_, minute) => minute >= 8 && minute < 12,
    );
    expect(candidateShare.errors).toBeCloseTo(0.205, 1);
    expect(settledShare.errors).toBeCloseTo(0.205, 2);
    expect(totals({ failure: dependencyFailure }, (_, minute) => minute < 8).settledShare.errors).toBeLessThan(0.01);
  });

  it("loses as many windows as was asked for", () => {
    const kept = many(() => 0, 100).map(
      (_, canary) => simulate({ ...usual, missing: 0.3 }, randomOf(2, canary)).length,
    );
    expect(mean(kept)).toBeGreaterThan(19);
    expect(mean(kept)).toBeLessThan(23);
  });
});
