import type { Cell } from "./cells.ts";
import type { Contestant } from "./contestant.ts";
import { randomOf } from "./random.ts";
import { simulate } from "./simulate.ts";

/** What one rule did with the canaries of one cell. */
export interface Tried {
  /** Flagged, in percent. */
  readonly flagged: number;
  /** Minutes in which the flagged ones were flagged, ascending. */
  readonly minutes: readonly number[];
  /** Promoted early and not flagged before, in percent. */
  readonly promoted: number;
  /** Mean minute of the promotions. */
  readonly promotionMinute: number;
  /** Promoted within five minutes, in percent. */
  readonly promotedByFive: number;
}

/** All rules on the same canaries, so that they differ by nothing but themselves. */
export function runCell(
  { scenario }: Cell,
  contestants: readonly Contestant[],
  canaries: number,
  seed: number,
): readonly Tried[] {
  const said = contestants.map(() => ({ worse: [] as number[], better: [] as number[] }));
  for (let canary = 0; canary < canaries; canary++) {
    const windows = simulate(scenario, randomOf(seed, canary));
    contestants.forEach((contestant, index) => {
      const { worse, better } = contestant.run(windows);
      const mine = said[index];
      if (worse !== null) mine?.worse.push(worse);
      if (better !== null && (worse === null || better < worse)) mine?.better.push(better);
    });
  }
  const share = (count: number): number => (100 * count) / canaries;
  return said.map(({ worse, better }) => ({
    flagged: share(worse.length),
    minutes: worse.sort((a, b) => a - b),
    promoted: share(better.length),
    promotionMinute: mean(better),
    promotedByFive: share(better.filter((minute) => minute <= 5).length),
  }));
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
