import type { AnalysisSettings } from "../../model/settings/analysis.ts";
import { signalsAgainst } from "./against.ts";
import { signalsFor } from "./promotion.ts";
import type { SequentialState } from "./sequential.ts";
import type { Verdict } from "./verdict.ts";
import { whole } from "./words.ts";

/** What the sequential judge's knowledge comes to. */
export function conclude(settings: AnalysisSettings, state: SequentialState): Verdict {
  const { harmfulOdds, promotionSeconds } = settings.sequential;
  const { candidate, settled, seconds } = state.tally;
  const requests = { candidate: candidate.requests, settled: settled.requests };
  const against = signalsAgainst(settings, state);
  const favourable = signalsFor(settings, state);
  const signals = [...against, ...favourable];
  const say = (answer: Verdict["answer"], reason: string): Verdict => ({ answer, reason, requests, signals });

  const worse = against.filter(({ says }) => says === "worse").map(({ name, words }) => `${name}: ${words}`);
  if (state.worse !== null || worse.length > 0) return say("worse", state.worse ?? worse.join("; "));
  if (requests.candidate === 0) return say("notEnough", "the candidate got no requests");
  if (requests.settled === 0) {
    return say("notEnough", "the settled slot got no requests, so there is nothing to compare with");
  }
  const seen = `no difference that matters in ${whole(requests.candidate)} requests against ${whole(requests.settled)}`;
  if (seconds < promotionSeconds) {
    const watched = `${whole(seconds)} s watched with requests in both slots`;
    return say("notEnough", `${seen}; ${watched}, nothing is promoted before ${whole(promotionSeconds)} s`);
  }
  const open = favourable.filter(({ says }) => says === "open").map(({ name }) => name);
  if (open.length > 0) return say("notEnough", `${seen}; not yet excluded: ${open.join(", ")}`);
  return say("betterOrEqual", `${seen}; odds of x${harmfulOdds} and more are excluded for errors and for latency`);
}
