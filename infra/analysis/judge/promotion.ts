import type { AnalysisSettings, SequentialSettings } from "../../model/settings/analysis.ts";
import { claims, type Comparison, comparisonWords } from "./comparison.ts";
import { logEvidence } from "./e-process.ts";
import { quantiles } from "./exceedances.ts";
import { PROMOTION_SHARE, questionOf, type SequentialState } from "./sequential.ts";
import type { Signal } from "./verdict.ts";
import { evidence, percent } from "./words.ts";

/**
 * Likelihood ratio of equal against harmful odds that the exact test on errors asks for as well. With much information a
 * chance of 2 % is spent on totals that speak for harm (Lindley's paradox); this keeps it where they speak against it.
 */
const FAVOURS_EQUAL = 1.5;

/** What has to be excluded before a candidate may be promoted early: harm by errors, and by each latency percentile. */
export function signalsFor({ sequential }: AnalysisSettings, state: SequentialState): readonly Signal[] {
  const { promotionAlpha, harmfulOdds } = sequential;
  const needed = -Math.log(promotionAlpha);
  const rest = -Math.log((1 - PROMOTION_SHARE) * promotionAlpha);
  const byEvidence = harmSignal("errors", sequential, state.errors, rest, needed);
  const favours = logEvidence(claims(sequential).harmless.towards, state.errors.harmless) >= Math.log(FAVOURS_EQUAL);
  const { refused } = state.promotion;
  const errors: Signal = {
    name: byEvidence.name,
    says: refused && favours ? "notWorse" : byEvidence.says,
    words: `${byEvidence.words}; or ${FAVOURS_EQUAL} to 1 and a chance of so few at any look so far at x${harmfulOdds} below ${percent(PROMOTION_SHARE * promotionAlpha)}, which it is${refused ? "" : " not"}`,
  };
  const latency = state.latency.map((comparison, index) => {
    const quantile = quantiles[index] ?? 0;
    return harmSignal(`latency p${100 * quantile}`, questionOf(sequential, quantile), comparison, needed, needed);
  });
  return [errors, ...latency];
}

/** Whether harmful odds are excluded, or the candidate's share of bad requests is negligible anyway. */
function harmSignal(
  what: string,
  question: SequentialSettings,
  comparison: Comparison,
  needed: number,
  neededNegligible: number,
): Signal {
  const harmless = logEvidence(claims(question).harmless.towards, comparison.harmless);
  const excluded = harmless >= needed || comparison.negligible >= neededNegligible;
  const harmful = `x${Number(question.harmfulOdds.toFixed(2))}`;
  return {
    name: `harm by ${what}`,
    says: excluded ? "notWorse" : "open",
    words: `${comparisonWords(comparison)}; evidence against ${harmful} ${evidence(harmless)}, needs ${evidence(needed)}; against more than ${question.negligiblePercent} % bad ${evidence(comparison.negligible)}, needs ${evidence(neededNegligible)}`,
  };
}
