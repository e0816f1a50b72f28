import type { JudgeWindow, LatencyHistogram } from "../../model/judge-window.ts";
import { boundAt, countAbove, sameBounds, total } from "./histogram.ts";
import type { Stratum } from "./split.ts";

/** The settled slot's percentiles whose exceedances are compared. */
export const quantiles = [0.5, 0.9, 0.95, 0.99] as const;

/** Fewest answers of the settled slot by which its percentiles are placed. */
const PLACING = 50;

/**
 * For each of `quantiles` the answers of this window that took longer. Where the line lies is told by what the settled
 * slot did before this window, so that nothing of the window itself can move it; at the beginning by both slots together,
 * which favours neither. Undefined where there are no answers, or the slots' bounds have nothing in common.
 */
export function exceedances(
  settledBefore: LatencyHistogram | null,
  { slots }: JudgeWindow,
): readonly (Stratum | undefined)[] {
  const pair = sameBounds(slots.candidate.latency, slots.settled.latency);
  if (pair === null) return quantiles.map(() => undefined);
  const [candidate, settled] = pair;
  const known = settledBefore === null || total(settledBefore) < PLACING ? null : sameBounds(settledBefore, candidate);
  const counts = candidate.counts.map((count, index) => count + (settled.counts[index] ?? 0));
  const reference = known?.[0] ?? { boundsMilliseconds: candidate.boundsMilliseconds, counts };
  return quantiles.map((quantile) => {
    const bound = boundAt(reference, quantile);
    if (bound === undefined) return undefined;
    return {
      candidate: { bad: countAbove(candidate, bound) ?? 0, all: total(candidate) },
      settled: { bad: countAbove(settled, bound) ?? 0, all: total(settled) },
    };
  });
}
