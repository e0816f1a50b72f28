import { describe, expect, it } from "vitest";
import { stillToCome } from "./e-process.ts";
import { addLimit, addP95Limit, beginLimit, beginP95Limit, limitEvidence } from "./limit.ts";
import { minutes, type SlotSketch } from "./testing/windows.ts";

type Counts = { readonly bad: number; readonly all: number };
const healthy: Counts = { bad: 5, all: 1_000 };

function after(candidate: readonly Counts[], settled = healthy): number {
  const process = candidate.reduce(
    (state, counts, index) => addLimit(0.05, state, counts, settled, stillToCome(60 * (index + 1), 1_800)),
    beginLimit(),
  );
  return limitEvidence(process);
}

describe("an absolute limit", () => {
  it("is a fair bet at the limit itself: on average a request multiplies the evidence by 1", () => {
    const [good, bad] = [after([{ bad: 0, all: 1 }]), after([{ bad: 1, all: 1 }])];
    expect(0.95 * Math.exp(good) + 0.05 * Math.exp(bad)).toBeCloseTo(1, 12);
  });

  it("finds what is above it, and not what is below", () => {
    expect(after([{ bad: 20, all: 100 }])).toBeGreaterThan(7);
    expect(after([{ bad: 4, all: 100 }])).toBeLessThan(0);
  });

  it("leaves windows out in which the settled slot is beyond it too", () => {
    expect(after([{ bad: 50, all: 100 }], { bad: 60, all: 1_000 })).toBeCloseTo(0, 12);
  });

  it("holds without a settled slot", () => {
    expect(after([{ bad: 20, all: 100 }], { bad: 0, all: 0 })).toBeGreaterThan(7);
  });
});

describe("the limit of p95", () => {
  const judged = (candidate: SlotSketch, settled: SlotSketch = { requests: 1_000 }) => {
    const [window] = minutes(1, candidate, settled);
    if (window === undefined) throw new Error("there is no window");
    const { evidence, boundMilliseconds } = addP95Limit(1_800, beginP95Limit(), window, 0.25);
    return { evidence: limitEvidence(evidence), boundMilliseconds };
  };

  it("is told by the first bound at or above it", () => {
    expect(judged({ requests: 100, slow: 15 }).boundMilliseconds).toBe(2_000);
    expect(judged({ requests: 100, slow: 15 }).evidence).toBeGreaterThan(7);
    expect(judged({ requests: 100 }).evidence).toBeLessThan(0);
  });

  it("can't be told when no bound is that high", () => {
    expect(judged({ requests: 100, slow: 15, bounds: [100, 1_000] })).toEqual({ evidence: 0, boundMilliseconds: null });
  });

  it("leaves windows out in which the settled slot is beyond it too", () => {
    expect(judged({ requests: 100, slow: 15 }, { requests: 1_000, slow: 15 }).evidence).toBeCloseTo(0, 12);
  });
});
