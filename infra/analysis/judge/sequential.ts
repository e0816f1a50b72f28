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
  errors: 0.02,
  errorRail: 0.84,
  latency: 0.11,
  p95Rail: 0.01,
  errorLimit: 0.01,
  p95Limit: 0.01,
};

/** Share of the promotion's alpha for the exact test on errors; the rest is for evidence beyond where it stops. */
export const PROMOTION_SHARE = 0.97;

/** Against "no worse at all": the rails ask for a larger estimate as well. */
export const anyWorse = worseThan(1);

export function errorRailTest({ alpha, ownDifference }: SequentialSettings): SpendingTest {
  return { bound: 1, side: "above", alpha: shares.errorRail * alpha, own: ownDifference, inPart: false };
}

export function promotionTest({ harmfulOdds, promotionAlpha }: SequentialSettings): SpendingTest {
  return { bound: harmfulOdds, side: "below", alpha: PROMOTION_SHARE * promotionAlpha, own: 0, inPart: true };
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
    errorRail: addErrorRail(sequential, before, errors, tally.seconds),
    p95Rail: p95 ? step(before.p95Rail, logRatiosOf(anyWorse, p95, sequential.ownDifference), waiting) : before.p95Rail,
    errorLimit: addLimit(rails.maxErrorPercent / 100, before.errorLimit, errors.candidate, errors.settled, waiting),
    p95Limit: addP95Limit(rails.maxP95Milliseconds, before.p95Limit, window, waiting),
    promotion: addPromotion(sequential, before, errors, tally.seconds),
  };
}

/** A failure that both slots share has so many bad requests that a fault of the candidate's own vanishes among them. */
function addErrorRail(
  sequential: SequentialSettings,
  { errorRail, errors }: SequentialState,
  stratum: Stratum,
  seconds: number,
): SpendingState {
  if (!isCalm(errors, stratum)) return errorRail;
  return spend(errorRailTest(sequential), errorRail, stratum, (information) =>
    spendable(sequential, seconds, information),
  );
}

/** Information (see `spend`) from which on the rail on the errors' ratio may have spent everything. */
const TELLING = 1.5;

/** Promised over the horizon, up to which it need not spend more slowly than by the square root of the time. */
const PLENTY = 5;

/**
 * What share the rail on the errors' ratio may have spent by now. In proportion to the information as long as that is
 * scarce: with few failures even the most extreme total tells little, and the chance is worth more when there are more of
 * them. Where the traffic so far promises much, by the square root of the time, which favours finding a fault early, and
 * less of it, since a fault shows at a stricter level there.
 */
export function spendable({ horizonSeconds }: SequentialSettings, seconds: number, information: number): number {
  if (information === 0) return 0;
  const time = Math.min(1, seconds / horizonSeconds);
  const promised = information / time;
  return Math.min(1, information / TELLING, Math.sqrt((time * PLENTY) / promised));
}

/** What the looks after the first may have spent of the promotion's alpha: at each of them candidates come to the edge. */
const LATER_LOOKS = 0.7;

/**
 * The exact test of harmful odds spends in proportion to the information: at the first look all, when a single test would
 * see 8 of 10 equal slots, later less, and not all before it would see 19 of 20. It ends when it has that: what one more
 * total would have been too much for is little, and would go to candidates at the edge.
 */
function addPromotion(
  sequential: SequentialSettings,
  before: SequentialState,
  stratum: Stratum,
  seconds: number,
): SpendingState {
  const { promotion } = before;
  const first = promotion.spent === 0;
  const planned = informationFor(sequential, 1.64);
  if ((!first && promotion.information >= planned) || !isCalm(before.errors, stratum)) return promotion;
  return spend(promotionTest(sequential), promotion, stratum, (information) => {
    if (seconds < sequential.promotionSeconds) return 0;
    if (first) return information / informationFor(sequential, 0.84);
    return LATER_LOOKS * Math.min(1, information / planned);
  });
}

/**
 * Information at which a single test of the harmful odds at a chance of 2 % (normal quantile 2.05) would see as many equal
 * slots as `power` is the normal quantile of.
 */
function informationFor({ harmfulOdds }: SequentialSettings, power: number): number {
  return ((2.05 + power) / Math.log(harmfulOdds)) ** 2;
}
