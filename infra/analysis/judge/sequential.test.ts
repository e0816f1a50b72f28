import { describe, expect, it } from "vitest";
import type { JudgeWindow } from "../../model/judge-window.ts";
import { beginSequential, observe, questionOf, type SequentialState, shares, spendable } from "./sequential.ts";
import { minute, minutes, settingsOf } from "./testing/windows.ts";

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
  ])("is spent on the errors' ratio as it may be, and used: %s", (_, candidate, settled) => {
    const all = states(minutes(60, candidate, settled)).map(({ errorRail }) => errorRail);
    for (const at of [5, 15, 30, 60]) {
      const { spent, information } = all[at - 1] ?? { spent: NaN, information: NaN };
      const before = Math.max(...all.slice(0, at - 1).map((one) => one.spent));
      const share = spendable(settings.sequential, 60 * at, information);
      const allowed = Math.max(before, settings.sequential.alpha * shares.errorRail * share);
      expect(spent).toBeLessThanOrEqual(allowed + 1e-12);
      expect(spent).toBeGreaterThan((at === 5 && candidate.requests === 12 ? 0.2 : 0.6) * allowed);
    }
  });

  it("is spent on the errors' ratio in proportion to the information while that is scarce, then by time", () => {
    const at = (minutes: number, information: number) => spendable(settings.sequential, 60 * minutes, information);
    expect(at(1, 0)).toBe(0);
    expect(at(10, 0.375)).toBeCloseTo(0.25, 9);
    expect(at(30, 0.75)).toBeCloseTo(0.5, 9);
    expect(at(30, 1.5)).toBe(1);
    // 20 promised over half an hour, four times as many as 5: half of the square root of the time.
    expect(at(7.5, 5)).toBeCloseTo(0.25, 9);
    expect(at(30, 20)).toBeCloseTo(0.5, 9);
    expect(at(60, 20)).toBeCloseTo(0.5, 9);
  });

  it("is kept for the first look that could promote, and not spent any more when all that was planned is known", () => {
    const { promotionAlpha } = settings.sequential;
    const promotions = states(minutes(8, { requests: 1_200, errors: 6 }, usual)).map(({ promotion }) => promotion);
    expect(promotions.slice(0, 4).map(({ spent }) => spent)).toEqual([0, 0, 0, 0]);
    expect(promotions[4]).toMatchObject({ refused: true });
    const close = states(minutes(8, { requests: 1_200, errors: 11 }, usual)).map(({ promotion }) => promotion);
    expect(close[4]).toMatchObject({ refused: false });
    // Refusing in part it spends nearly all, and never more.
    expect(close[4]?.spent).toBeGreaterThan(0.95 * 0.97 * promotionAlpha);
    expect(close[4]?.spent).toBeLessThanOrEqual(0.97 * promotionAlpha);
    expect(close[7]).toEqual(close[4]);
  });

  it("goes to the looks after the first in proportion to what is known, and not all of it", () => {
    const { promotionAlpha } = settings.sequential;
    const few = states(minutes(60, { requests: 120, errors: 1 }, { requests: 1_080, errors: 5 }));
    const spent = few.map(({ promotion }) => promotion.spent / (0.97 * promotionAlpha));
    const planned = ((2.05 + 1.64) / Math.log(2)) ** 2;
    const told = few.map(({ promotion }) => Math.min(1, promotion.information / planned));
    expect(spent[4]).toBeGreaterThan(0.1);
    for (const at of [10, 20, 30, 45]) {
      expect(spent[at - 1]).toBeLessThanOrEqual(Math.max(spent[4] ?? 0, 0.7 * (told[at - 1] ?? 0)) + 1e-9);
      expect(spent[at - 1]).toBeGreaterThan(0.5 * (told[at - 1] ?? 0));
    }
    expect(spent[59]).toBeLessThanOrEqual(0.7);
  });

  it("is still there for the next look when the first one falls into a disturbance", () => {
    const failing = minute(5, { requests: 1_200, errors: 240 }, { requests: 10_800, errors: 2_160 });
    const good = minutes(6, { requests: 1_200, errors: 6 }, usual);
    const promotions = states([...good.slice(0, 4), failing, ...good.slice(5)]).map(({ promotion }) => promotion);
    expect(promotions[4]).toMatchObject({ refused: false, spent: 0 });
    expect(promotions[5]).toMatchObject({ refused: true });
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
