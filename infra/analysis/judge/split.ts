import { logChoose } from "./log-factorial.ts";

/** One window's bad requests of one kind, and how many requests they could have been. */
export interface Stratum {
  readonly candidate: { readonly bad: number; readonly all: number };
  readonly settled: { readonly bad: number; readonly all: number };
}

/** How likely each number of the candidate's bad requests is; `probabilities[i]` belongs to `from + i`. */
export interface Distribution {
  readonly from: number;
  readonly variance: number;
  readonly probabilities: readonly number[];
}

/** What is less likely than this, relative to the likeliest, is left out. */
const NEGLIGIBLE = 1e-15;

/**
 * How the bad requests of both slots split, given their total and that a candidate's request has `odds` times the odds
 * of a settled one's to be bad: Fisher's noncentral hypergeometric distribution (Fog 2008, Communications in Statistics
 * 37:258). The rate of bad requests itself, and so whatever disturbs both slots alike, is not in it.
 */
export function splitOf(stratum: Stratum, odds: number): Distribution {
  const weighed = weigh(stratum, odds);
  const { total, variance } = momentsOf(weighed);
  return { from: weighed.from, variance, probabilities: weighed.weights.map((weight) => weight / total) };
}

/** Natural logarithm of the probability of the split that was seen, and the variance of the candidate's part. */
export function logLikelihood(stratum: Stratum, odds: number): { readonly log: number; readonly variance: number } {
  const weighed = weigh(stratum, odds);
  const { total, variance } = momentsOf(weighed);
  const seen = stratum.candidate.bad;
  const { mode } = weighed;
  const relative = logTerm(stratum, seen) - logTerm(stratum, mode) + (seen - mode) * Math.log(odds);
  return { log: relative - Math.log(total), variance };
}

/** Whether any other split of the bad requests was possible: else the window says nothing about the odds. */
export function tells({ candidate, settled }: Stratum): boolean {
  const bad = candidate.bad + settled.bad;
  return Math.max(0, bad - settled.all) < Math.min(candidate.all, bad);
}

function logTerm({ candidate, settled }: Stratum, k: number): number {
  return logChoose(candidate.all, k) + logChoose(settled.all, candidate.bad + settled.bad - k);
}

interface Weighed {
  readonly weights: readonly number[];
  readonly from: number;
  readonly mode: number;
}

function momentsOf({ weights, from, mode }: Weighed): { readonly total: number; readonly variance: number } {
  let total = 0;
  let first = 0;
  let second = 0;
  weights.forEach((weight, index) => {
    const distance = from + index - mode;
    total += weight;
    first += weight * distance;
    second += weight * distance * distance;
  });
  return { total, variance: second / total - (first / total) ** 2 };
}

/** Weights relative to the likeliest split, found outwards from it by the ratio of neighbours. */
function weigh({ candidate, settled }: Stratum, odds: number): Weighed {
  const bad = candidate.bad + settled.bad;
  const least = Math.max(0, bad - settled.all);
  const most = Math.min(candidate.all, bad);
  /** Weight of k + 1 relative to that of k; falls as k grows. */
  const step = (k: number): number =>
    (odds * (candidate.all - k) * (bad - k)) / ((k + 1) * (settled.all - bad + k + 1));
  let low = least;
  let high = most;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (step(middle) >= 1) low = middle + 1;
    else high = middle;
  }
  const below: number[] = [];
  for (let k = low - 1, weight = 1; k >= least; k--) {
    weight /= step(k);
    if (weight < NEGLIGIBLE) break;
    below.push(weight);
  }
  const weights = [...below.reverse(), 1];
  for (let k = low, weight = 1; k < most; k++) {
    weight *= step(k);
    if (weight < NEGLIGIBLE) break;
    weights.push(weight);
  }
  return { weights, from: low - below.length, mode: low };
}
