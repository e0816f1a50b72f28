import fc from "fast-check";
import type { Stratum } from "../split.ts";

/** Windows of few and of many requests, with any number of bad ones. */
export const strata = strataOf(300, 3_000);

/** Windows so small that no split is too unlikely to be kept. */
export const smallStrata = strataOf(12, 60);

function strataOf(mostCandidate: number, mostSettled: number): fc.Arbitrary<Stratum> {
  return fc
    .tuple(fc.integer({ min: 0, max: mostCandidate }), fc.integer({ min: 0, max: mostSettled }))
    .chain(([candidate, settled]) =>
      fc.record({
        candidate: fc.record({ all: fc.constant(candidate), bad: fc.integer({ min: 0, max: candidate }) }),
        settled: fc.record({ all: fc.constant(settled), bad: fc.integer({ min: 0, max: settled }) }),
      }),
    );
}

/** The same window with another split of the same bad requests. */
export function splitAs({ candidate, settled }: Stratum, candidateBad: number): Stratum {
  const bad = candidate.bad + settled.bad;
  return { candidate: { ...candidate, bad: candidateBad }, settled: { ...settled, bad: bad - candidateBad } };
}
