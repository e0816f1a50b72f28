import type { AnalysisSettings } from "../../model/settings/analysis.ts";
import { claims, comparisonWords, oddsRatio } from "./comparison.ts";
import { logEvidence, logMean, type Weighted } from "./e-process.ts";
import { quantiles } from "./exceedances.ts";
import { isBeyond, quantileOf } from "./histogram.ts";
import { limitEvidence } from "./limit.ts";
import { delay, slowdown } from "./recent.ts";
import { anyWorse, type SequentialState, shares } from "./sequential.ts";
import type { SlotTally } from "./tally.ts";
import type { Signal } from "./verdict.ts";
import { evidence, milliseconds, part, percent, times } from "./words.ts";

/** Everything that can say that the candidate is worse. Together they say it of an equal one with a chance below alpha. */
export function signalsAgainst({ sequential, rails }: AnalysisSettings, state: SequentialState): readonly Signal[] {
  const { alpha, margin, latencyMargin, latencyMarginMilliseconds } = sequential;
  const claim = claims(sequential).worse;
  const signal = (name: string, log: number, share: number, words: string, also = true): Signal => {
    const needed = -Math.log(alpha * share);
    const says = log >= needed && also ? "worse" : "open";
    return { name, says, words: `${words}; evidence ${evidence(log)}, needs ${evidence(needed)}` };
  };

  const errors = comparisonWords(state.errors);
  const ratio = oddsRatio({ estimate: state.errors.calmEstimate });
  const manyTimes = ratio === null ? state.errorRail.total > 0 : ratio > rails.maxErrorRatio;

  const slowdowns = quantiles.map((quantile) => slowdown(state.recent, quantile));
  const feltAt = (quantile: number) => (delay(state.recent, quantile) ?? 0) >= latencyMarginMilliseconds;
  // Where a percentile itself is hardly higher its exceedances count for nothing: a lower e-value is valid too.
  const latency = state.latency.map((comparison, index): Weighted => {
    const matters = (slowdowns[index] ?? 0) > latencyMargin && feltAt(quantiles[index] ?? 0);
    return [matters ? logEvidence(claim.towards, comparison.worse) : -Infinity, 1 / quantiles.length];
  });
  const slower = state.latency.map((comparison, index) => {
    const time = times(slowdowns[index] ?? null);
    return `p${100 * (quantiles[index] ?? 0)} ${times(oddsRatio(comparison))} (of late it is ${time})`;
  });
  const p95Slowdown = slowdown(state.recent, 0.95);

  const { candidate, settled } = state.tally;
  return [
    signal(
      `errors worse by more than x${margin}`,
      logEvidence(claim.towards, state.errors.worse),
      shares.errors,
      errors,
    ),
    signal(
      `latency worse by more than x${margin}`,
      logMean(latency),
      shares.latency,
      `odds to exceed the settled slot's ${slower.join(", ")}`,
    ),
    {
      name: `rail: errors x${rails.maxErrorRatio}`,
      says: state.errorRail.refused && manyTimes ? "worse" : "open",
      words: `${errors}; chance of so many at any look so far if the slots were equal: ${state.errorRail.refused ? "below" : "not below"} ${percent(alpha * shares.errorRail)}`,
    },
    signal(
      `rail: p95 x${rails.maxP95Ratio}`,
      logEvidence(anyWorse.towards, state.p95Rail),
      shares.p95Rail,
      `p95 is ${p95Words(candidate)} against ${p95Words(settled)} (of late ${times(p95Slowdown)})`,
      p95Slowdown !== null && p95Slowdown > rails.maxP95Ratio && feltAt(0.95),
    ),
    signal(
      `rail: errors above ${rails.maxErrorPercent} %`,
      limitEvidence(state.errorLimit),
      shares.errorLimit,
      `${part(candidate.errors, candidate.requests)} failed`,
    ),
    signal(
      `rail: p95 above ${rails.maxP95Milliseconds} ms`,
      limitEvidence(state.p95Limit.evidence),
      shares.p95Limit,
      state.p95Limit.boundMilliseconds === null
        ? "no bucket's bound is that high, so this can't be told"
        : `p95 is ${p95Words(candidate)}`,
    ),
  ];
}

function p95Words({ latency }: SlotTally): string {
  const p95 = latency && quantileOf(latency, 0.95);
  return latency && isBeyond(latency, 0.95) ? `above ${milliseconds(p95)}` : milliseconds(p95);
}
