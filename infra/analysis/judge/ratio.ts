import type { AnalysisSettings } from "../../model/settings/analysis.ts";
import { quantileOf } from "./histogram.ts";
import { errorShare, type Tally } from "./tally.ts";
import type { Signal, Verdict } from "./verdict.ts";
import { milliseconds, part } from "./words.ts";

/** The seed's rule on all that was seen so far; plain JSON. */
export interface RatioState {
  readonly tally: Tally;
  readonly worse: string | null;
}

/** Worse when the candidate's errors or its p95 are above fixed multiples of the settled slot's, or above fixed limits. */
export function concludeRatio({ rails, ratio }: AnalysisSettings, { tally, worse }: RatioState): Verdict {
  const { candidate, settled } = tally;
  const requests = { candidate: candidate.requests, settled: settled.requests };
  const errors = errorShare(candidate);
  const errorsSettled = errorShare(settled);
  const p95 = candidate.latency && quantileOf(candidate.latency, 0.95);
  const p95Settled = settled.latency && quantileOf(settled.latency, 0.95);
  const errorWords = `candidate ${part(candidate.errors, candidate.requests)}, settled ${part(settled.errors, settled.requests)}`;
  const p95Words = `candidate ${milliseconds(p95)}, settled ${milliseconds(p95Settled)}`;
  const rule = (name: string, value: number | null, limit: number | null, words: string): Signal => ({
    name,
    says: value === null || limit === null ? "open" : value > limit ? "worse" : "notWorse",
    words,
  });
  const signals = [
    rule(
      `errors x${rails.maxErrorRatio}`,
      errors,
      errorsSettled === null ? null : errorsSettled * rails.maxErrorRatio,
      errorWords,
    ),
    rule(`p95 x${rails.maxP95Ratio}`, p95, p95Settled === null ? null : p95Settled * rails.maxP95Ratio, p95Words),
    rule(`errors above ${rails.maxErrorPercent} %`, errors, rails.maxErrorPercent / 100, errorWords),
    rule(`p95 above ${rails.maxP95Milliseconds} ms`, p95, rails.maxP95Milliseconds, p95Words),
  ];
  const say = (answer: Verdict["answer"], reason: string): Verdict => ({ answer, reason, requests, signals });
  if (worse !== null) return say("worse", worse);
  if (tally.windows < ratio.windows) {
    return say("notEnough", `${tally.windows} windows, the first decision is at ${ratio.windows}`);
  }
  const broken = signals.filter(({ says }) => says === "worse");
  if (broken.length > 0) return say("worse", broken.map(({ name, words }) => `${name}: ${words}`).join("; "));
  const open = signals.filter(({ says }) => says === "open");
  if (open.length > 0) return say("notEnough", `nothing to compare: ${open.map(({ name }) => name).join(", ")}`);
  return say("betterOrEqual", "within all fixed ratios and limits");
}
