import type { JudgeWindow } from "../../model/judge-window.ts";
import type { AnalysisSettings, SequentialSettings } from "../../model/settings/analysis.ts";
import { beginComparison, type Comparison, compare, isCalm } from "./comparison.ts";
import { begin, type EProcess, logRatiosOf, step, stillToCome, worseThan } from "./e-process.ts";
import { exceedances, quantiles } from "./exceedances.ts";
import { addLimit, addP95Limit, beginLimit, beginP95Limit, type P95Limit } from "./limit.ts";
import { addRecent, nothingRecent, type Recent } from "./recent.ts";
import { beginSpending, spend, type SpendingState, type SpendingTest } from "./spending-test.ts";
import type { Stratum } from "./split.ts";
import { addTally, emptyTally, type Tally } from "./tally.ts";

/**
 * What counts as harmful for a percentile. One slowdown multiplies the odds of exceeding a far percentile more than those
 * of a near one: where it doubles them at p50, it triples them at p99 (lognormal, sigma 0.6).
 */
export function questionOf(sequential: SequentialSettings, quantile: number): SequentialSettings {
  return quantile < 0.99 ? sequential : { ...sequential, harmfulOdds: sequential.harmfulOdds ** 1.5 };
}

/** Everything the sequential judge knows; plain JSON. */
export interface SequentialState {
  readonly tally: Tally;
  readonly recent: Recent;
  readonly errors: Comparison;
  /** One for each of `quantiles`. */
  readonly latency: readonly Comparison[];
  readonly errorRail: SpendingState;
  /** Evidence that p95 is exceeded more often at all, for the rail on its ratio. */
  readonly p95Rail: EProcess;
  readonly errorLimit: EProcess;
  readonly p95Limit: P95Limit;
  readonly promotion: SpendingState;
  /** What decided that the candidate is worse; that stands. */
  readonly worse: string | null;
}

/**
 * Shares of alpha: they sum to 1, so that all tests together keep it. Failures are rare, so their exact test gets the
 * most; of answers there are many, and evidence about them grows fast.
 */
export const shares = {
  errors: 0.04,
  errorRail: 0.72,
  latency: 0.18,
  p95Rail: 0.02,
  errorLimit: 0.02,
  p95Limit: 0.02,
};

/** Share of the promotion's alpha for the exact test on errors; the rest is for evidence beyond where it stops. */
export const PROMOTION_SHARE = 0.97;

/** Against "no worse at all": the rails ask for a larger estimate as well. */
export const anyWorse = worseThan(1);

export function errorRailTest({ alpha, ownDifference }: SequentialSettings): SpendingTest {
  return { bound: 1, side: "above", alpha: shares.errorRail * alpha, own: ownDifference };
}

export function promotionTest({ harmfulOdds, promotionAlpha }: SequentialSettings): SpendingTest {
  return { bound: harmfulOdds, side: "below", alpha: PROMOTION_SHARE * promotionAlpha, own: 0 };
}

export function beginSequential({ sequential }: AnalysisSettings): SequentialState {
  return {
    tally: emptyTally,
    recent: nothingRecent,
    errors: beginComparison(sequential),
    latency: quantiles.map((quantile) => beginComparison(questionOf(sequential, quantile))),
    errorRail: beginSpending(errorRailTest(sequential)),
    p95Rail: begin(anyWorse.towards),
    errorLimit: beginLimit(),
    p95Limit: beginP95Limit(),
    promotion: beginSpending(promotionTest(sequential)),
    worse: null,
  };
}

/** Adds one window to all that is known. */
export function observe(settings: AnalysisSettings, before: SequentialState, window: JudgeWindow): SequentialState {
  const { sequential, rails } = settings;
  const { candidate, settled } = window.slots;
  const tally = addTally(before.tally, window);
  const waiting = stillToCome(tally.seconds, sequential.horizonSeconds);
  const errors: Stratum = {
    candidate: { bad: candidate.errors, all: candidate.requests },
    settled: { bad: settled.errors, all: settled.requests },
  };
  const slower = exceedances(before.tally.settled.latency, window);
  const p95 = slower[quantiles.indexOf(0.95)];
  return {
    ...before,
    tally,
    recent: addRecent(before.recent, window),
    errors: compare(sequential, before.errors, errors, waiting),
    latency: before.latency.map((comparison, index) => {
      const stratum = slower[index];
      const question = questionOf(sequential, quantiles[index] ?? 0);
      return stratum ? compare(question, comparison, stratum, waiting) : comparison;
    }),
    errorRail: spend(errorRailTest(sequential), before.errorRail, errors, (information) =>
      spendable(sequential, tally.seconds, information),
    ),
    p95Rail: p95 ? step(before.p95Rail, logRatiosOf(anyWorse, p95, sequential.ownDifference), waiting) : before.p95Rail,
    errorLimit: addLimit(rails.maxErrorPercent / 100, before.errorLimit, errors.candidate, errors.settled, waiting),
    p95Limit: addP95Limit(rails.maxP95Milliseconds, before.p95Limit, window, waiting),
    promotion: addPromotion(sequential, before, errors, tally.seconds),
  };
}

/** Information (see `spend`) over the horizon up to which the rail on the errors' ratio needs all that it may spend. */
const SCARCE = 8;

/**
 * What the rail on the errors' ratio may have spent by now. The square root of the time favours finding a fault early;
 * and where the traffic so far promises more information, a fault shows at a stricter level as well.
 */
function spendable({ horizonSeconds }: SequentialSettings, seconds: number, information: number): number {
  const time = Math.min(1, seconds / horizonSeconds);
  const promised = time === 0 ? 0 : information / time;
  return Math.sqrt(promised > SCARCE ? (time * SCARCE) / promised : time);
}

/**
 * The exact test of harmful odds spends in proportion to the information, and ends when it has what was planned: what
 * one more total would have been too much for is little, and would go to candidates at the edge.
 */
function addPromotion(
  sequential: SequentialSettings,
  before: SequentialState,
  stratum: Stratum,
  seconds: number,
): SpendingState {
  const needed = planned(sequential);
  const early = seconds < sequential.promotionSeconds;
  const { promotion } = before;
  const looked = before.tally.seconds >= sequential.promotionSeconds;
  if ((looked && promotion.information >= needed) || !isCalm(before.errors, stratum)) return promotion;
  return spend(promotionTest(sequential), promotion, stratum, (information) => (early ? 0 : information / needed));
}

/**
 * Information at which a single test of the harmful odds would see 19 of 20 equal slots (normal quantiles 2.05 for a
 * chance of 2 %, and 1.64): there all of the promotion's alpha may be spent.
 */
function planned({ harmfulOdds }: SequentialSettings): number {
  return ((2.05 + 1.64) / Math.log(harmfulOdds)) ** 2;
}
