import { describe, expect, it } from "vitest";
import type { JudgeWindow } from "../../model/judge-window.ts";
import { beginSequential, observe, questionOf, type SequentialState, shares } from "./sequential.ts";
import { minutes, settingsOf } from "./testing/windows.ts";

const settings = settingsOf();
const usual = { requests: 10_800, errors: 54 };

function states(windows: readonly JudgeWindow[]): readonly SequentialState[] {
  let state = beginSequential(settings);
  return windows.map((window) => (state = observe(settings, state, window)));
}

describe("the chance of a wrong verdict", () => {
  it("is divided among the tests, and never more than all of it", () => {
    const sum = Object.values(shares).reduce((total, share) => total + share, 0);
    expect(sum).toBeGreaterThan(0.999);
    expect(sum).toBeLessThan(1 + 1e-9);
  });

  it.each([
    ["much traffic, where it needs little of it", { requests: 1_200, errors: 6 }, usual],
    ["little traffic", { requests: 12 }, { requests: 108, errors: 1 }],
  ])("is spent on the errors' ratio with the square root of the time: %s", (_, candidate, settled) => {
    const all = states(minutes(60, candidate, settled)).map(({ errorRail }) => errorRail);
    for (const [minute, time] of [
      [5, 1 / 6],
      [15, 1 / 2],
      [30, 1],
      [60, 1],
    ] as const) {
      const { spent, information } = all[minute - 1] ?? { spent: NaN, information: NaN };
      const share = Math.sqrt(time * Math.min(1, (8 * time) / information));
      const before = Math.max(...all.slice(0, minute - 1).map((one) => one.spent));
      const allowed = Math.max(before, settings.sequential.alpha * shares.errorRail * share);
      expect(spent).toBeLessThanOrEqual(allowed + 1e-12);
      if (candidate.requests > 12) expect(spent).toBeGreaterThan(0.7 * allowed);
    }
  });

  it("is kept for the first look that could promote, and not spent any more when all that was planned is known", () => {
    const promotions = states(minutes(8, { requests: 1_200, errors: 6 }, usual)).map(({ promotion }) => promotion);
    expect(promotions.slice(0, 4).map(({ spent }) => spent)).toEqual([0, 0, 0, 0]);
    expect(promotions[4]).toMatchObject({ refused: true });
    const close = states(minutes(8, { requests: 1_200, errors: 11 }, usual)).map(({ promotion }) => promotion);
    expect(close[4]).toMatchObject({ refused: false });
    expect(close[4]?.spent).toBeGreaterThan(0.5 * settings.sequential.promotionAlpha);
    expect(close[7]).toEqual(close[4]);
  });
});

describe("questionOf", () => {
  it("asks for more at p99, where one slowdown multiplies the odds of more", () => {
    expect([0.5, 0.9, 0.95, 0.99].map((quantile) => questionOf(settings.sequential, quantile).harmfulOdds)).toEqual([
      2,
      2,
      2,
      2 ** 1.5,
    ]);
  });
});
