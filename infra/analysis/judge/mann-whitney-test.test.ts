import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { normalQuantile, shiftOf } from "./mann-whitney-test.ts";

describe("normalQuantile", () => {
  it.each([
    [0.5, 0],
    [0.975, 1.959963984540054],
    [0.99, 2.3263478740408408],
    [0.999, 3.090232306167813],
    [0.025, -1.959963984540054],
  ])("%d: %d", (p, z) => {
    expect(normalQuantile(p)).toBeCloseTo(z, 8);
  });
});

describe("shiftOf", () => {
  it("is the median of all differences, between the ordered differences that the normal approximation cuts off", () => {
    // Differences 1..7 minus 0.5, 1.5, ..., 6.5: each d + 0.5 for d from -6 to 6 comes 7 - |d| times, 49 together.
    // Spread sqrt(49 * 15 / 12) = 7.826; 24.5 - 1.919 * 7.826 = 9.48, so the interval is the 10th lowest to the 10th
    // highest: 1 + 2 + 3 + 4 = 10 are at most -2.5, as many at least 3.5; the median is 0.5.
    const candidate = [1, 2, 3, 4, 5, 6, 7];
    const settled = [0.5, 1.5, 2.5, 3.5, 4.5, 5.5, 6.5];
    expect(shiftOf(candidate, settled, 0.945)).toEqual({ estimate: 0.5, low: -2.5, high: 3.5 });
  });

  it("takes all differences where the samples are too small to cut any off", () => {
    // 4 differences, spread sqrt(4 * 5 / 12) = 1.29; 2 - 2.326 * 1.29 < 0.
    expect(shiftOf([3, 5], [1, 2], 0.98)).toEqual({ estimate: 2.5, low: 1, high: 4 });
  });

  it("moves with the candidate, and turns round with the slots", () => {
    const samples = fc.array(fc.integer({ min: -100, max: 100 }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(samples, samples, fc.integer({ min: -50, max: 50 }), (a, b, by) => {
        const { estimate, low, high } = shiftOf(a, b, 0.95) ?? { estimate: NaN, low: NaN, high: NaN };
        const moved = { estimate: estimate + by, low: low + by, high: high + by };
        expect(
          shiftOf(
            a.map((value) => value + by),
            b,
            0.95,
          ),
        ).toEqual(moved);
        expect(shiftOf(b, a, 0.95)).toEqual({ estimate: 0 - estimate, low: 0 - high, high: 0 - low });
      }),
    );
  });

  it("is undefined without values", () => {
    expect(shiftOf([], [1], 0.98)).toBeUndefined();
  });
});
