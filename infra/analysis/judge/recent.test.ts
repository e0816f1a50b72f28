import { describe, expect, it } from "vitest";
import { addRecent, nothingRecent, slowdown } from "./recent.ts";
import { minutes, type SlotSketch } from "./testing/windows.ts";

const usual = { requests: 10_000 };

function recentOf(...stretches: readonly (readonly [count: number, candidate: SlotSketch])[]) {
  const windows = stretches.flatMap(([count, candidate]) => minutes(count, candidate, usual));
  return windows.reduce(addRecent, nothingRecent);
}

describe("slowdown", () => {
  it("is how many times the settled slot's percentile the candidate's is", () => {
    for (const quantile of [0.5, 0.95]) {
      const times = slowdown(recentOf([5, { requests: 1_000, slow: 1.3 }]), quantile);
      expect(times).toBeGreaterThan(1.2);
      expect(times).toBeLessThan(1.45);
      expect(slowdown(recentOf([5, { requests: 1_000 }]), quantile)).toBeCloseTo(1, 1);
    }
  });

  it("forgets: a fault of late shows after hours of health, and one of long ago doesn't", () => {
    const [slow, good] = [{ requests: 1_000, slow: 1.5 }, { requests: 1_000 }];
    expect(slowdown(recentOf([120, good], [5, slow]), 0.9)).toBeGreaterThan(1.25);
    expect(slowdown(recentOf([120, slow], [30, good]), 0.9)).toBeLessThan(1.02);
  });

  it("is infinite above the last bound, and unknown without answers", () => {
    const recent = recentOf([1, { requests: 1_000, slow: 40 }]);
    expect(slowdown(recent, 0.9)).toBe(Infinity);
    expect(slowdown(recentOf([1, { requests: 0 }]), 0.9)).toBeNull();
    expect(slowdown(nothingRecent, 0.9)).toBeNull();
  });

  it("begins anew when the bounds change altogether", () => {
    const recent = recentOf([9, { requests: 1_000, slow: 3 }], [1, { requests: 100, bounds: [40, 80, 120, 240] }]);
    expect(recent.candidate?.boundsMilliseconds).toEqual([40, 80, 120, 240]);
    expect(slowdown(recent, 0.5)).toBeLessThan(1.2);
  });
});
