/** A shift between two samples and its confidence interval. */
export interface Shift {
  /** Hodges and Lehmann's (1963) estimate: the median of all differences. */
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
}

/**
 * How far the candidate's values lie above the settled slot's, by the Mann-Whitney U test turned round: the interval ends
 * at the ordered differences that the normal approximation of U cuts off (Hollander and Wolfe, Nonparametric Statistical
 * Methods, 4.3). Undefined when a sample is empty.
 */
export function shiftOf(
  candidate: readonly number[],
  settled: readonly number[],
  confidence: number,
): Shift | undefined {
  const differences = candidate.flatMap((a) => settled.map((b) => a - b)).sort((a, b) => a - b);
  const count = differences.length;
  if (count === 0) return undefined;
  const spread = Math.sqrt((count * (candidate.length + settled.length + 1)) / 12);
  const cut = Math.max(0, Math.floor(count / 2 - normalQuantile(0.5 + confidence / 2) * spread));
  const at = (index: number): number => differences[index] ?? Number.NaN;
  const estimate = (at(Math.floor((count - 1) / 2)) + at(Math.floor(count / 2))) / 2;
  return { estimate, low: at(cut), high: at(count - 1 - cut) };
}

/**
 * The standard normal distribution's quantile for 0 < p < 1: a rational start, then Newton's steps; error
 * below 1e-9.
 */
export function normalQuantile(p: number): number {
  if (p < 0.5) return -normalQuantile(1 - p);
  const t = Math.sqrt(-2 * Math.log(1 - p));
  // Abramowitz and Stegun 26.2.23, absolute error below 4.5e-4.
  let x = t - (2.515517 + 0.802853 * t + 0.010328 * t * t) / (1 + 1.432788 * t + 0.189269 * t * t + 0.001308 * t ** 3);
  for (let i = 0; i < 3; i++) x += (p - normalBelow(x)) * Math.sqrt(2 * Math.PI) * Math.exp((x * x) / 2);
  return x;
}

/** The standard normal distribution function: Marsaglia's (2004) series, good to 1e-15 for |x| < 7. */
function normalBelow(x: number): number {
  let sum = x;
  let term = x;
  for (let i = 3; Math.abs(term) > 1e-17 * Math.abs(sum); i += 2) {
    term *= (x * x) / i;
    sum += term;
  }
  return 0.5 + sum * (Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI));
}
