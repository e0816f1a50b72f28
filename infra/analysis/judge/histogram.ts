import type { LatencyHistogram } from "../../model/judge-window.ts";

export function emptyHistogram(boundsMilliseconds: readonly number[]): LatencyHistogram {
  return {
    boundsMilliseconds: [...boundsMilliseconds],
    counts: new Array<number>(boundsMilliseconds.length + 1).fill(0),
  };
}

export function total({ counts }: LatencyHistogram): number {
  return counts.reduce((sum, count) => sum + count, 0);
}

/** The sum of two histograms by the bounds that both have; undefined when there is none. */
export function merge(one: LatencyHistogram, other: LatencyHistogram): LatencyHistogram | undefined {
  const pair = sameBounds(one, other);
  if (pair === null) return undefined;
  const [a, b] = pair;
  return {
    boundsMilliseconds: a.boundsMilliseconds,
    counts: a.counts.map((count, index) => count + (b.counts[index] ?? 0)),
  };
}

/** The same answers by fewer bounds, each of which the histogram has. */
export function coarsen(histogram: LatencyHistogram, bounds: readonly number[]): LatencyHistogram {
  const above = bounds.map((bound) => countAbove(histogram, bound) ?? 0);
  const all = total(histogram);
  const counts = [...above, 0].map((count, index) => (index === 0 ? all : (above[index - 1] ?? 0)) - count);
  return { boundsMilliseconds: [...bounds], counts };
}

/** Answers that took longer than a bound of the histogram; undefined when it isn't one. */
export function countAbove({ boundsMilliseconds, counts }: LatencyHistogram, bound: number): number | undefined {
  const index = boundsMilliseconds.indexOf(bound);
  return index < 0 ? undefined : counts.slice(index + 1).reduce((sum, count) => sum + count, 0);
}

/**
 * The bound that the share `1 - quantile` of the answers comes closest to exceeding (by odds); undefined without answers.
 * Where no bound divides the answers the nearest one is taken: it may say little, and never anything wrong.
 */
export function boundAt(histogram: LatencyHistogram, quantile: number): number | undefined {
  const all = total(histogram);
  if (all === 0) return undefined;
  const wanted = Math.log((1 - quantile) / quantile);
  let above = all;
  let best: { bound: number; distance: number } | undefined;
  histogram.boundsMilliseconds.forEach((bound, index) => {
    above -= histogram.counts[index] ?? 0;
    const distance = Math.abs(Math.log((above + 0.5) / (all - above + 0.5)) - wanted);
    if (best === undefined || distance < best.distance) best = { bound, distance };
  });
  return best?.bound;
}

/**
 * A quantile in milliseconds, straight between the bounds of its bucket; the last bound for what is above it; null
 * without answers.
 */
export function quantileOf(histogram: LatencyHistogram, quantile: number): number | null {
  const all = total(histogram);
  if (all === 0) return null;
  let seen = 0;
  for (const [index, count] of histogram.counts.entries()) {
    if (count > 0 && seen + count >= quantile * all) {
      const low = histogram.boundsMilliseconds[index - 1] ?? 0;
      const high = histogram.boundsMilliseconds[index] ?? low;
      return low + (high - low) * ((quantile * all - seen) / count);
    }
    seen += count;
  }
  return histogram.boundsMilliseconds.at(-1) ?? null;
}

/** Whether a quantile lies above the last bound, so that only that is known of it. */
export function isBeyond(histogram: LatencyHistogram, quantile: number): boolean {
  const all = total(histogram);
  return quantile * all > all - (histogram.counts.at(-1) ?? 0);
}

/** All counts times a factor; they need not be whole afterwards. */
export function scale({ boundsMilliseconds, counts }: LatencyHistogram, factor: number): LatencyHistogram {
  return { boundsMilliseconds, counts: counts.map((count) => count * factor) };
}

/** Two histograms by the bounds that they share; null when there are none. */
export function sameBounds(
  one: LatencyHistogram,
  other: LatencyHistogram,
): readonly [LatencyHistogram, LatencyHistogram] | null {
  const bounds = one.boundsMilliseconds.filter((bound) => other.boundsMilliseconds.includes(bound));
  return bounds.length === 0 ? null : [coarsen(one, bounds), coarsen(other, bounds)];
}
