import { initial, judge, type JudgeState } from "../../analysis/judge/judge.ts";
import type { Verdict } from "../../analysis/judge/verdict.ts";
import type { JudgeWindow } from "../../model/judge-window.ts";
import type { AnalysisSettings } from "../../model/settings/analysis.ts";
import type { Observation } from "../../rollout/state.ts";
import { judgeWatch } from "../../rollout/verdict.ts";
import type { Run } from "../context.ts";
import type { Tally } from "../ports.ts";
import { figuresOf } from "../tallies.ts";
import type { Look, Watch } from "./shift.ts";

export interface Counted {
  /** What both slots made of users' requests, or of one and the same, since the last look. */
  readonly slots: JudgeWindow["slots"];
  /** What the driver's own requests got. They tell whether the candidate answers; the settled slot gets none. */
  readonly own: Tally;
}

/** One window more for the judge. */
export function compare(
  run: Run,
  settings: AnalysisSettings,
  watch: Watch,
  { slots, own }: Counted,
): Omit<Look, "figures"> {
  const now = run.clock.steady();
  const window: JudgeWindow = {
    at: new Date(now).toISOString(),
    seconds: Math.max(0.001, (now - watch.countedAt) / 1000),
    slots,
  };
  const { state, verdict } = judge(settings, watch.judge ?? knownBefore(run, settings), window);
  watch.judge = state;
  watch.countedAt = now;
  watch.toppedUp += own.requests;
  return { seen: seenBy(run, verdict, own, watch.toppedUp), window };
}

/** The judge's answer is of all looks so far. While it has none, silence is not health: neither ever, nor just now. */
function seenBy({ plan, candidate }: Run, verdict: Verdict, own: Tally, toppedUp: number): Observation {
  const { answer, reason, requests } = verdict;
  switch (answer) {
    case "worse":
      return { kind: "worse", reason };
    case "betterOrEqual":
      return { kind: "proven", reason };
    case "notEnough": {
      if (own.requests > 0) {
        const seen = judgeWatch({ ...plan.watch, minRequests: 1 }, figuresOf(own));
        if (seen.kind === "unhealthy") return { ...seen, reason: `of the driver's own requests, ${seen.reason}` };
      }
      const evidence = requests.candidate + toppedUp;
      if (evidence < plan.watch.minRequests)
        return { kind: "unknown", reason: `only ${evidence} requests came to ${candidate}: ${reason}` };
      return { kind: "healthy" };
    }
  }
}

/** What the looks of an earlier driver came to, from the ledger: those of a shadow don't count after it. */
function knownBefore({ journal, id, plan }: Run, settings: AnalysisSettings): JudgeState {
  return journal.entries.reduce((known, { event }) => {
    if (!("rollout" in event) || event.rollout !== id) return known;
    if (event.kind === "step" && plan.steps[event.index - 1]?.kind === "shadow") return initial(settings);
    if (event.kind !== "observation" || !event.window) return known;
    return judge(settings, known, event.window).state;
  }, initial(settings));
}
