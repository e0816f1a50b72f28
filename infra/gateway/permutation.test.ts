import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bucketName, bucketsOf, leasedBuckets, permutation } from "./permutation.ts";

const seeds = fc.string({ minLength: 1, maxLength: 40 });
const weights = fc.integer({ min: 1, max: 1000 }).map((tenths) => tenths / 10);

describe("permutation", () => {
  it("holds every bucket once, and is the same for the same seed", () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const order = permutation(seed);
        expect(new Set(order).size).toBe(1000);
        expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 1000 }, (_, bucket) => bucket));
        expect(permutation(seed)).toEqual(order);
      }),
      { numRuns: 20 },
    );
  });

  it("is drawn anew for another seed: two rollouts at 10 % share about a tenth of their clients", () => {
    const first = new Set(leasedBuckets(permutation("rollout-1"), 10));
    const both = leasedBuckets(permutation("rollout-2"), 10).filter((bucket) => first.has(bucket));
    expect(both.length).toBeLessThan(30);
  });

  it("only adds clients when the weight rises", () => {
    const order = permutation("any");
    fc.assert(
      fc.property(weights, weights, (a, b) => {
        const less = leasedBuckets(order, Math.min(a, b));
        const more = leasedBuckets(order, Math.max(a, b));
        expect(more.slice(0, less.length)).toEqual(less);
        expect(more.length).toBe(Math.round(Math.max(a, b) * 10));
      }),
    );
  });
});

describe("bucketsOf", () => {
  it.each([
    [0.1, 1],
    [2.5, 25],
    [10, 100],
    [33.3, 333],
    [100, 1000],
  ])("turns %s %% into %s buckets", (weight, buckets) => {
    expect(bucketsOf(weight)).toBe(buckets);
  });

  it.each([0, -1, 0.04, 0.15, 100.1, Number.NaN])("refuses %s %%", (weight) => {
    expect(() => bucketsOf(weight)).toThrow(`expected a weight of 0.1-100 % in steps of 0.1, got ${weight}`);
  });

  it("names buckets by three digits", () => {
    expect([0, 42, 999].map(bucketName)).toEqual(["000", "042", "999"]);
  });
});
