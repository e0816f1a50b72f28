import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { boundAt, coarsen, countAbove, isBeyond, merge, quantileOf, sameBounds, total } from "./histogram.ts";

const one = { boundsMilliseconds: [10, 20, 50, 100], counts: [10, 20, 30, 30, 10] };
const other = { boundsMilliseconds: [20, 100, 200], counts: [5, 4, 3, 2] };

const histograms = fc.uniqueArray(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 6 }).chain((bounds) =>
  fc.record({
    boundsMilliseconds: fc.constant(bounds.toSorted((a, b) => a - b)),
    counts: fc.array(fc.integer({ min: 0, max: 50 }), { minLength: bounds.length + 1, maxLength: bounds.length + 1 }),
  }),
);

describe("histograms with different bounds", () => {
  it("are added by the bounds that both have", () => {
    expect(merge(one, other)).toEqual({ boundsMilliseconds: [20, 100], counts: [35, 64, 15] });
    expect(sameBounds(one, other)?.map(({ counts }) => counts)).toEqual([
      [30, 60, 10],
      [5, 4, 5],
    ]);
  });

  it("can't be compared when they have no bound in common", () => {
    const strange = { boundsMilliseconds: [7], counts: [1, 2] };
    expect(merge(one, strange)).toBeUndefined();
    expect(sameBounds(one, strange)).toBeNull();
  });

  it("lose no answer and move none across a bound that both have", () => {
    fc.assert(
      fc.property(histograms, histograms, (a, b) => {
        const sum = merge(a, b);
        if (sum === undefined) return;
        expect(total(sum)).toBe(total(a) + total(b));
        for (const bound of sum.boundsMilliseconds) {
          expect(countAbove(sum, bound)).toBe((countAbove(a, bound) ?? NaN) + (countAbove(b, bound) ?? NaN));
        }
      }),
    );
  });

  it("are the same by their own bounds", () => {
    fc.assert(fc.property(histograms, (a) => void expect(coarsen(a, a.boundsMilliseconds)).toEqual(a)));
  });
});

describe("boundAt", () => {
  it.each([
    [0.1, 10],
    [0.5, 50],
    [0.6, 50],
    [0.9, 100],
    [0.99, 100],
  ])("p %d is divided best at %d ms", (quantile, bound) => {
    expect(boundAt(one, quantile)).toBe(bound);
  });

  it("is unknown without answers", () => {
    expect(boundAt({ boundsMilliseconds: [10], counts: [0, 0] }, 0.5)).toBeUndefined();
  });
});

describe("quantileOf", () => {
  it.each([
    [0.1, 10],
    [0.2, 15],
    [0.45, 35],
    [0.9, 100],
    [0.99, 100],
  ])("p %d lies at %d ms, straight within its bucket, at the last bound beyond it", (quantile, milliseconds) => {
    expect(quantileOf(one, quantile)).toBeCloseTo(milliseconds, 9);
  });

  it("is null without answers", () => {
    expect(quantileOf({ boundsMilliseconds: [10], counts: [0, 0] }, 0.5)).toBeNull();
  });
});

describe("isBeyond", () => {
  it("tells a percentile above the last bound from one below it", () => {
    expect([0.5, 0.9, 0.91, 0.99].map((quantile) => isBeyond(one, quantile))).toEqual([false, false, true, true]);
  });
});
