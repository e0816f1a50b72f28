import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { beginSpending, spend, type SpendingState, type SpendingTest } from "./spending-test.ts";
import { splitOf, type Stratum } from "./split.ts";
import { splitAs } from "./testing/strata.ts";

const above: SpendingTest = { bound: 1, side: "above", alpha: 0.05, own: 0, inPart: false };
const below: SpendingTest = { bound: 2, side: "below", alpha: 0.05, own: 0, inPart: false };
const inPart = [above, below].map((test): SpendingTest => ({ ...test, inPart: true }));

function run(test: SpendingTest, strata: readonly Stratum[], allowed = (look: number) => look / strata.length) {
  return strata.reduce<SpendingState>(
    (state, stratum, index) => spend(test, state, stratum, () => allowed(index + 1)),
    beginSpending(test),
  );
}

/** Every history of splits with its chance at `odds`. */
function* histories(strata: readonly Stratum[], odds: number): Generator<[readonly Stratum[], number], void> {
  const [first, ...rest] = strata;
  if (first === undefined) {
    yield [[], 1];
    return;
  }
  const { from, probabilities } = splitOf(first, odds);
  for (const [index, chance] of probabilities.entries()) {
    for (const [later, chanceLater] of histories(rest, odds)) {
      yield [[splitAs(first, from + index), ...later], chance * chanceLater];
    }
  }
}

function chanceOfRefusal(test: SpendingTest, strata: readonly Stratum[], odds: number): number {
  let refused = 0;
  for (const [history, chance] of histories(strata, odds)) if (run(test, history).refused) refused += chance;
  return refused;
}

const window = (bad: number): Stratum => ({ candidate: { bad: 0, all: 10 }, settled: { bad, all: 40 } });
const windows = fc.array(fc.integer({ min: 0, max: 4 }).map(window), { minLength: 1, maxLength: 5 });

describe("a spending test", () => {
  it("refuses with exactly the chance that it says it spent, looked at after every window", () => {
    fc.assert(
      fc.property(windows, fc.constantFrom(above, below, ...inPart), (strata, test) => {
        const refused = chanceOfRefusal(test, strata, test.bound);
        expect(refused).toBeLessThanOrEqual(test.alpha + 1e-12);
        // The path that refuses nothing has seen all spending.
        const spent = [...histories(strata, test.bound)]
          .map(([history]) => run(test, history))
          .reduce((most, state) => Math.max(most, state.spent), 0);
        expect(refused).toBeCloseTo(spent, 9);
      }),
      { numRuns: 40 },
    );
  });

  it("refuses even less often when the odds are on the side that it doesn't ask for", () => {
    const strata = [3, 2, 4, 1].map(window);
    expect(chanceOfRefusal(above, strata, 0.7)).toBeLessThan(chanceOfRefusal(above, strata, 1));
    expect(chanceOfRefusal(below, strata, 3)).toBeLessThan(chanceOfRefusal(below, strata, 2));
  });

  it("refuses a total by the exact tail, not before the chance for it may be spent", () => {
    // All of 4 bad requests are the candidate's, which has 10 of 50: C(10,4) / C(50,4) = 210 / 230,300 = 0.00091.
    const all: Stratum = { candidate: { bad: 4, all: 10 }, settled: { bad: 0, all: 40 } };
    const spending = (share: number) => spend(above, beginSpending(above), all, () => share);
    expect(spending(0.018).refused).toBe(false);
    expect(spending(0.0183).refused).toBe(true);
    expect(spending(0.0183).spent).toBeCloseTo(210 / 230_300, 9);
  });

  it("refuses in part, where asked to, what the chance doesn't cover whole: what came with the most extreme window", () => {
    // Of 2 bad requests the candidate, with half of the requests, has none, one, or both with about 1/4, 1/2, 1/4.
    const two = (candidate: number): Stratum => ({
      candidate: { bad: candidate, all: 1_000 },
      settled: { bad: 2 - candidate, all: 1_000 },
    });
    const refusing = ([first, second]: readonly [number, number], test: SpendingTest): boolean =>
      spend(
        test,
        spend(test, beginSpending(test), two(first), () => 0),
        two(second),
        () => 1,
      ).refused;
    // Both times both is 1/16; three of four are another 1/4, 1/8 of them with both in the second window.
    const test: SpendingTest = { ...above, alpha: 0.2 };
    const whole = { ...test, inPart: false };
    const part = { ...test, inPart: true };
    expect(
      (
        [
          [2, 2],
          [1, 2],
          [2, 1],
          [1, 1],
        ] as const
      ).map((history) => refusing(history, whole)),
    ).toEqual([true, false, false, false]);
    expect(
      (
        [
          [2, 2],
          [1, 2],
          [2, 1],
          [1, 1],
        ] as const
      ).map((history) => refusing(history, part)),
    ).toEqual([true, true, false, false]);
    const down: SpendingTest = { ...part, side: "below", bound: 1 };
    expect(
      (
        [
          [0, 0],
          [1, 0],
          [0, 1],
          [1, 1],
        ] as const
      ).map((history) => refusing(history, down)),
    ).toEqual([true, true, false, false]);
  });

  it("keeps what a look could not spend for a later one", () => {
    const stratum: Stratum = { candidate: { bad: 4, all: 10 }, settled: { bad: 0, all: 40 } };
    const first = spend(above, beginSpending(above), stratum, () => 0);
    expect(first).toMatchObject({ refused: false, spent: 0, total: 4 });
    expect(spend(above, first, window(0), () => 1).refused).toBe(true);
  });

  it("asks for more where healthy slots differ by nature", () => {
    const strata = Array.from({ length: 5 }, () => ({
      candidate: { bad: 14, all: 300 },
      settled: { bad: 90, all: 2_700 },
    }));
    expect(run(above, strata).refused).toBe(true);
    expect(run({ ...above, own: 0.3 }, strata).refused).toBe(false);
  });

  it("stops when it would become too wide, and refuses nothing then", () => {
    const huge: Stratum = { candidate: { bad: 100_000, all: 1_000_000 }, settled: { bad: 900_000, all: 9_000_000 } };
    expect(run(above, [huge, huge, huge])).toMatchObject({ closed: true, refused: false, nodes: [] });
  });

  it("allows more as the information grows, which depends on the totals alone", () => {
    const seen = [0, 2, 4].map((bad) => {
      let told = -1;
      spend(below, beginSpending(below), splitAs(window(4), bad), (information) => ((told = information), 0));
      return told;
    });
    expect(seen[0]).toBeGreaterThan(0);
    expect(new Set(seen).size).toBe(1);
  });
});
