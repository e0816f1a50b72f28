import type { JudgeWindow } from "../../model/judge-window.ts";
import type { AnalysisSettings } from "../../model/settings/analysis.ts";
import { conclude } from "./conclude.ts";
import { beginMannWhitney, concludeMannWhitney, type MannWhitneyState, observeMannWhitney } from "./mann-whitney.ts";
import { concludeRatio, type RatioState } from "./ratio.ts";
import { beginSequential, observe, type SequentialState } from "./sequential.ts";
import { addTally, emptyTally } from "./tally.ts";
import type { Verdict } from "./verdict.ts";

/** What a judge knows after some windows. Plain JSON; made anew by judging the same windows again. */
export type JudgeState =
  | { readonly algorithm: "sequential"; readonly known: SequentialState }
  | { readonly algorithm: "mannWhitney"; readonly known: MannWhitneyState }
  | { readonly algorithm: "ratio"; readonly known: RatioState };

export interface Judged {
  readonly state: JudgeState;
  readonly verdict: Verdict;
}

/** A judge that has seen nothing. */
export function initial(settings: AnalysisSettings): JudgeState {
  switch (settings.algorithm) {
    case "sequential":
      return { algorithm: "sequential", known: beginSequential(settings) };
    case "mannWhitney":
      return { algorithm: "mannWhitney", known: beginMannWhitney() };
    case "ratio":
      return { algorithm: "ratio", known: { tally: emptyTally, worse: null } };
  }
}

/**
 * One window more. Pure: the same settings and windows always give the same verdicts. Once worse, always worse: the first
 * reason stands. The state must be of the same settings.
 */
export function judge(settings: AnalysisSettings, state: JudgeState, window: JudgeWindow): Judged {
  switch (state.algorithm) {
    case "sequential": {
      const known = observe(settings, state.known, window);
      const verdict = conclude(settings, known);
      return { state: { algorithm: "sequential", known: { ...known, worse: reasonIfWorse(verdict) } }, verdict };
    }
    case "mannWhitney": {
      const known = observeMannWhitney(state.known, window);
      const verdict = concludeMannWhitney(settings, known);
      return { state: { algorithm: "mannWhitney", known: { ...known, worse: reasonIfWorse(verdict) } }, verdict };
    }
    case "ratio": {
      const known = { ...state.known, tally: addTally(state.known.tally, window) };
      const verdict = concludeRatio(settings, known);
      return { state: { algorithm: "ratio", known: { ...known, worse: reasonIfWorse(verdict) } }, verdict };
    }
  }
}

/** The verdict after each window. */
export function judgeAll(settings: AnalysisSettings, windows: readonly JudgeWindow[]): readonly Verdict[] {
  let state = initial(settings);
  return windows.map((window) => {
    const judged = judge(settings, state, window);
    state = judged.state;
    return judged.verdict;
  });
}

function reasonIfWorse({ answer, reason }: Verdict): string | null {
  return answer === "worse" ? reason : null;
}
