import type { SequentialSettings } from "../../model/settings/analysis.ts";
import {
  begin,
  beginAtOnce,
  betterThan,
  type Claim,
  type EProcess,
  logRatiosOf,
  step,
  worseThan,
} from "./e-process.ts";
import type { Stratum } from "./split.ts";
import { part, times } from "./words.ts";

/** One kind of bad request (failed, slower than the settled slot's p95...), compared window by window. */
export interface Comparison {
  /** Evidence that the candidate is worse by more than the margin. */
  readonly worse: EProcess;
  /** Evidence that its odds are not harmful, from calm windows. */
  readonly harmless: EProcess;
  /** Evidence that its share of bad requests is negligible. */
  readonly negligible: number;
  /** Mantel and Haenszel's (1959) sums, whose quotient estimates the odds ratio over all windows. */
  readonly estimate: readonly [over: number, under: number];
  /** The same over calm windows. */
  readonly calmEstimate: readonly [over: number, under: number];
  readonly candidate: { readonly bad: number; readonly all: number };
  readonly settled: { readonly bad: number; readonly all: number };
  /** Both slots in calm windows. */
  readonly calm: { readonly bad: number; readonly all: number };
}

/** A window with so many bad requests, and so many times the share of the calm ones before it, is disturbed. */
const DISTURBED = { bad: 10, times: 4 };

export function claims({ margin, harmfulOdds }: SequentialSettings): {
  readonly worse: Claim;
  readonly harmless: Claim;
} {
  return { worse: worseThan(margin), harmless: betterThan(harmfulOdds) };
}

export function beginComparison(settings: SequentialSettings): Comparison {
  const { worse, harmless } = claims(settings);
  const none = { bad: 0, all: 0 };
  return {
    worse: begin(worse.towards),
    harmless: beginAtOnce(harmless.towards),
    negligible: 0,
    estimate: [0, 0],
    calmEstimate: [0, 0],
    candidate: none,
    settled: none,
    calm: none,
  };
}

/**
 * Whether a window is like those before it. In a failure that both slots share, nearly all bad requests are of that
 * failure: how they split says nothing of what the candidate does by itself, so nothing can be excluded by them. Only the
 * totals of both slots decide, which the tests are conditional on.
 */
export function isCalm({ calm }: Comparison, { candidate, settled }: Stratum): boolean {
  const { bad, all } = sum(candidate, settled);
  return bad < DISTURBED.bad || calm.all === 0 || bad / all <= (DISTURBED.times * calm.bad) / calm.all;
}

/** One window more; `waiting` as for `step`. */
export function compare(
  settings: SequentialSettings,
  before: Comparison,
  stratum: Stratum,
  waiting: number,
): Comparison {
  const { candidate, settled } = stratum;
  const all = candidate.all + settled.all;
  const over = all === 0 ? 0 : (candidate.bad * (settled.all - settled.bad)) / all;
  const under = all === 0 ? 0 : (settled.bad * (candidate.all - candidate.bad)) / all;
  const { worse, harmless } = claims(settings);
  const calm = isCalm(before, stratum);
  return {
    worse: step(before.worse, logRatiosOf(worse, stratum, settings.ownDifference), waiting),
    harmless: calm ? step(before.harmless, logRatiosOf(harmless, stratum, settings.ownDifference), 0) : before.harmless,
    negligible: before.negligible + negligibleEvidence(settings, candidate),
    estimate: [before.estimate[0] + over, before.estimate[1] + under],
    calmEstimate: calm ? [before.calmEstimate[0] + over, before.calmEstimate[1] + under] : before.calmEstimate,
    candidate: sum(before.candidate, candidate),
    settled: sum(before.settled, settled),
    calm: calm ? sum(before.calm, sum(candidate, settled)) : before.calm,
  };
}

/** The candidate's odds as a multiple of the settled slot's, over all windows; null when nothing tells. */
export function oddsRatio({ estimate: [over, under] }: Pick<Comparison, "estimate">): number | null {
  return under === 0 ? null : over / under;
}

export function comparisonWords(comparison: Comparison): string {
  const { candidate, settled } = comparison;
  return `candidate ${part(candidate.bad, candidate.all)}, settled ${part(settled.bad, settled.all)}, odds ${times(oddsRatio(comparison))}`;
}

/** Log-likelihood ratio of a tenth of the negligible share against that share itself. */
function negligibleEvidence({ negligiblePercent }: SequentialSettings, { bad, all }: Stratum["candidate"]): number {
  if (negligiblePercent === 0) return 0;
  const share = negligiblePercent / 100;
  return bad * Math.log(0.1) + (all - bad) * Math.log((1 - share / 10) / (1 - share));
}

function sum(a: Stratum["candidate"], b: Stratum["candidate"]): Stratum["candidate"] {
  return { bad: a.bad + b.bad, all: a.all + b.all };
}
