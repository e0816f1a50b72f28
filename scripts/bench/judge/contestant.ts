import { judgeAll } from "../../../infra/analysis/judge/judge.ts";
import { quantileOf, total } from "../../../infra/analysis/judge/histogram.ts";
import type { Verdict } from "../../../infra/analysis/judge/verdict.ts";
import type { JudgeWindow } from "../../../infra/model/judge-window.ts";
import { analysisSettings } from "../../../infra/model/settings/analysis.ts";

/** What a rule said in one canary: the minute of its first `worse` and of its first `betterOrEqual`, if any. */
export interface Said {
  readonly worse: number | null;
  readonly better: number | null;
}

export interface Contestant {
  readonly name: string;
  run(windows: readonly JudgeWindow[]): Said;
}

type Input = Parameters<typeof analysisSettings.parse>[0];

/** One of Sluice's own algorithms, asked after every window. */
function ours(name: string, input: Input): Contestant {
  const settings = analysisSettings.parse(input);
  return {
    name,
    run: (windows) =>
      said(
        windows,
        judgeAll(settings, windows).map(({ answer }) => answer),
      ),
  };
}

/** A rule that looks at the candidate alone, window by window, and gives up after so many failed looks. */
function failedLooks(name: string, limit: number, every: number, failed: (window: JudgeWindow) => boolean): Contestant {
  return {
    name,
    run: (windows) => {
      let failures = 0;
      const looks = windows.filter((_, index) => (index + 1) % every === 0);
      const answers = looks.map((window): Verdict["answer"] => {
        if (failed(window)) failures++;
        return failures >= limit ? "worse" : "notEnough";
      });
      return said(looks, answers);
    },
  };
}

function said(windows: readonly JudgeWindow[], answers: readonly Verdict["answer"][]): Said {
  const minute = (answer: Verdict["answer"]): number | null => {
    const window = windows[answers.indexOf(answer)];
    return window === undefined ? null : Math.round((Date.parse(window.at) - Date.UTC(2026, 0, 1)) / 60_000);
  };
  return { worse: minute("worse"), better: minute("betterOrEqual") };
}

const errorPercent = ({ slots: { candidate } }: JudgeWindow): number => (100 * candidate.errors) / candidate.requests;
const p99 = ({ slots: { candidate } }: JudgeWindow): number =>
  total(candidate.latency) === 0 ? 0 : (quantileOf(candidate.latency, 0.99) ?? 0);

/**
 * Argo Rollouts' analysis as its documentation shows it (docs/features/analysis.md): the success rate every five minutes,
 * at least 95 %, failed when more than three looks are (analysis/analysis.go: `Failed > FailureLimit`).
 */
const argo = failedLooks("Argo", 4, 5, (window) => errorPercent(window) > 5);

/**
 * Flagger's built-in metrics as its documentation shows them (docs/gitbook/usage/metrics.md): every minute a success rate
 * of 99 % and a p99 of 500 ms at most; rolled back at the fifth failed look (`threshold: 5`).
 */
const flagger = failedLooks("Flagger", 5, 1, (window) => errorPercent(window) > 1 || p99(window) > 500);

/** The ratios alone, as the seed's workflow has them, without its absolute limits. */
const ratios = { maxErrorPercent: 99, maxP95Milliseconds: 3_600_000 };

export const contestants: readonly Contestant[] = [
  ours("seed's ratios, once", { algorithm: "ratio", ratio: { windows: 30 }, rails: ratios }),
  ours("seed's ratios, each minute", { algorithm: "ratio", ratio: { windows: 1 }, rails: ratios }),
  ours("Kayenta, once", { algorithm: "mannWhitney", mannWhitney: { windows: 30 } }),
  ours("Kayenta, each minute", { algorithm: "mannWhitney", mannWhitney: { windows: 5 } }),
  argo,
  flagger,
  ours("Sluice", { algorithm: "sequential" }),
];

/** Ours by its defaults, and with a higher chance of a wrong promotion. */
export const variants: readonly Contestant[] = [
  ours("Sluice", { algorithm: "sequential" }),
  ours("Sluice, promotionAlpha 3 %", { algorithm: "sequential", sequential: { promotionAlpha: 0.03 } }),
];
