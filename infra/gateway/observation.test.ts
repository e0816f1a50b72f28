import { describe, expect, it } from "vitest";
import type { ObserveReply } from "./host-reply.ts";
import { addTallies, durationQuantile, emptyTally, errorPercent, tallies } from "./observation.ts";

const reply: ObserveReply = {
  ok: true,
  cursor: "1.2.3",
  gap: false,
  slots: {
    green: {
      requests: 12,
      streams: 1,
      statuses: { "200": 8, "404": 1, "499": 1, "502": 1, "503": 1 },
      milliseconds: { "5": 9, "10": 1, "200": 1 },
    },
    none: { requests: 2, streams: 0, statuses: { "503": 2 }, milliseconds: { "0": 2 } },
  },
};

describe("observation", () => {
  it("counts 5xx as errors; a slot without requests has none, and requests without a slot are told apart", () => {
    const { blue, green, unrouted } = tallies(reply);
    expect(blue).toEqual(emptyTally);
    expect(green).toEqual({
      requests: 12,
      errors: 2,
      milliseconds: new Map([
        [5, 9],
        [10, 1],
        [200, 1],
      ]),
    });
    expect(unrouted).toBe(2);
  });

  it("gives exact quantiles of the sum over hosts", () => {
    const { green } = tallies(reply);
    const both = addTallies([green, green]);
    expect(both).toEqual({
      requests: 24,
      errors: 4,
      milliseconds: new Map([
        [5, 18],
        [10, 2],
        [200, 2],
      ]),
    });
    expect([0, 0.5, 0.81, 0.82, 0.95, 1].map((quantile) => durationQuantile(both, quantile))).toEqual([
      5, 5, 5, 10, 200, 200,
    ]);
    expect(errorPercent(both)).toBeCloseTo(16.667, 3);
  });

  it("says nothing about a slot without requests", () => {
    expect(errorPercent(emptyTally)).toBeNull();
    expect(durationQuantile(emptyTally, 0.95)).toBeNull();
  });
});
