import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { leasedTicks, leaseLapsesAt, mixedAtMostMs, renewEveryMs, tickAt } from "./ticks.ts";

const lease = { tickSeconds: 10, leaseTicks: 3 } as const;

describe("ticks", () => {
  it("counts ticks from the epoch", () => {
    expect(tickAt(1_700_000_009_999, 10)).toBe(170_000_000);
    expect(tickAt(1_700_000_010_000, 10)).toBe(170_000_001);
    expect(tickAt(1_700_000_009_999, 1)).toBe(1_700_000_009);
  });

  it("leases the tick that is on and three more", () => {
    expect(leasedTicks(1_700_000_005_000, lease)).toEqual([170_000_000, 170_000_001, 170_000_002, 170_000_003]);
    expect(leaseLapsesAt(1_700_000_005_000, lease)).toBe(1_700_000_040_000);
  });

  it("never leave hosts that answer apart for longer than a lease given as a tick begins, and a few calls", () => {
    const longest = leaseLapsesAt(1_700_000_000_000, lease) - 1_700_000_000_000;
    expect([longest, mixedAtMostMs(lease)]).toEqual([40_000, 42_000]);
  });

  it("always lasts through one renewal that failed, and never longer than a tick more than promised", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 4e12 }),
        fc.constantFrom(1, 10),
        fc.integer({ min: 1, max: 30 }),
        (now, tickSeconds, leaseTicks) => {
          const settings = { tickSeconds, leaseTicks } as const;
          const left = leaseLapsesAt(now, settings) - now;
          expect(left).toBeGreaterThan(0);
          expect(left).toBeGreaterThanOrEqual(2 * renewEveryMs(settings));
          expect(left).toBeLessThanOrEqual((leaseTicks + 1) * tickSeconds * 1000);
        },
      ),
    );
  });
});
