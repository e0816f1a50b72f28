import { logLikelihood, type Stratum, tells } from "./split.ts";

/** What is tested: that the odds ratio is `bound` (or beyond it, away from `towards`). */
export interface Claim {
  readonly bound: number;
  /** Odds ratios that the evidence is sought for, with weights that sum to 1. */
  readonly towards: readonly Weighted[];
}

export type Weighted = readonly [value: number, weight: number];

/**
 * A mixture of likelihood ratios, over the alternatives and over when the fault set in: at the first window, or later.
 * Before its onset an alternative says what the bound says, so what happened then neither helps nor hides it.
 */
export interface EProcess {
  /** Log-likelihood ratio of each alternative, over the onsets so far. */
  readonly begun: readonly number[];
  /** Weight of the onsets that are still to come. */
  readonly waiting: number;
}

/** Share of the weight for faults that set in after the first window. */
const LATER = 0.25;

/** Weight of the onsets after so many seconds of watching; half of the later ones come within the horizon. */
export function stillToCome(seconds: number, horizonSeconds: number): number {
  return (LATER * horizonSeconds) / (horizonSeconds + seconds);
}

/** Worse than the bound by these factors; weights fall off to both sides of what releases break by. */
export function worseThan(bound: number): Claim {
  const factors = [1.35, 1.8, 2.5, 4, 7, 16];
  const weights = [0.15, 0.25, 0.25, 0.2, 0.1, 0.05];
  return { bound, towards: factors.map((factor, index) => [bound * factor, weights[index] ?? 0]) };
}

/** Better than the bound, which is a harmful odds ratio: as good as the settled slot. */
export function betterThan(bound: number): Claim {
  return { bound, towards: [[1, 1]] };
}

/** For something that can set in at any time. */
export function begin(towards: readonly Weighted[]): EProcess {
  return { begun: towards.map(() => Math.log(1 - LATER)), waiting: LATER };
}

/** For something that is so from the first window on, or isn't. */
export function beginAtOnce(towards: readonly Weighted[]): EProcess {
  return { begun: towards.map(() => 0), waiting: 0 };
}

/**
 * Adds one window's log-likelihood ratios. `waiting` is the weight of the onsets after this window; what it lost sets in
 * with this one.
 */
export function step(process: EProcess, logRatios: readonly number[], waiting: number): EProcess {
  const onset = process.waiting - waiting;
  const begun = process.begun.map((log, index) => {
    const before = onset > 0 ? log + Math.log1p(onset * Math.exp(-log)) : log;
    // An alternative that lost so surely that nothing is left of it begins anew with the onset.
    const safe = Number.isFinite(before) ? before : Math.log(onset);
    return safe + (logRatios[index] ?? 0);
  });
  return { begun, waiting };
}

/**
 * Log-likelihood ratios of one window. Two healthy slots' odds wander by themselves with standard deviation `own` (of the
 * logarithm), which adds to the variance 1 / v of the window's log odds ratio; so the likelihood ratio is raised to
 * 1 / (1 + v own^2). By Jensen's inequality a power below 1 keeps the expectation at the bound at most 1.
 */
export function logRatiosOf(claim: Claim, stratum: Stratum, own: number): readonly number[] {
  if (!tells(stratum)) return claim.towards.map(() => 0);
  const { log, variance } = logLikelihood(stratum, claim.bound);
  const power = 1 / (1 + variance * own * own);
  return claim.towards.map(([odds]) => power * (logLikelihood(stratum, odds).log - log));
}

/** Natural logarithm of the e-value: at the bound its expectation is at most 1 whenever one looks. */
export function logEvidence(towards: readonly Weighted[], { begun, waiting }: EProcess): number {
  const terms = towards.map(([, weight], index): Weighted => [begun[index] ?? 0, weight]);
  return logMean(waiting === 0 ? terms : [...terms, [0, waiting]]);
}

/** ln of the weighted sum of e^x, without overflow. */
export function logMean(terms: readonly Weighted[]): number {
  const most = Math.max(...terms.map(([log]) => log));
  if (most === -Infinity) return most;
  return most + Math.log(terms.reduce((sum, [log, weight]) => sum + weight * Math.exp(log - most), 0));
}
