import { initial, judge, type JudgeState } from "../../analysis/judge/judge.ts";
import type { Verdict } from "../../analysis/judge/verdict.ts";
import type { JudgeWindow } from "../../model/judge-window.ts";
import type { AnalysisSettings } from "../../model/settings/analysis.ts";
import { judgeOwn } from "../../rollout/own-requests.ts";
import { addPresence, isMissed } from "../../rollout/presence.ts";
import type { Observation } from "../../rollout/state.ts";
import type { Run } from "../context.ts";
import type { Look, Watch } from "./shift.ts";
import { type Own, ownOf } from "./top-up.ts";

export interface Counted {
  /** What both slots made of users' requests, or of one and the same, since the last look. */
  readonly slots: JudgeWindow["slots"];
  readonly own: Own;
  /** The candidate's share of what both slots get. */
  readonly percent: number;
}

/** What was counted since the last look, as it is kept. */
export function windowSince({ clock }: Run, watch: Watch, slots: JudgeWindow["slots"]): JudgeWindow {
  const now = clock.steady();
  const seconds = Math.max(0.001, (now - watch.countedAt) / 1000);
  watch.countedAt = now;
  return { at: new Date(now).toISOString(), seconds, slots };
}

/** One window more for the judge. */
export function compare(
  run: Run,
  settings: AnalysisSettings,
  watch: Watch,
  counted: Counted,
): Omit<Look, "figures" | "window"> & { readonly window: JudgeWindow } {
  const window = windowSince(run, watch, counted.slots);
  const { state, verdict } = judge(settings, watch.judge ?? knownBefore(run, settings), window);
  watch.judge = state;
  return { seen: seenBy(run, watch, verdict, counted), window };
}

/** The judge's answer is of all looks so far. Silence is not health, whatever came before: neither ever, nor just now. */
function seenBy(run: Run, watch: Watch, { answer, reason }: Verdict, counted: Counted): Observation {
  const lacking = lackOf(run, watch, counted, reason);
  switch (answer) {
    case "worse":
      return { kind: "worse", reason };
    case "betterOrEqual":
      return lacking ?? { kind: "proven", reason };
    case "notEnough":
      return lacking ?? { kind: "healthy" };
  }
}

/** Why this look, and the step so far, say nothing good of the candidate; null when they do. */
export function lackOf(run: Run, watch: Watch, counted: Counted, reason: string): Observation | null {
  const { plan, candidate, settled } = run;
  const { slots, own, percent } = counted;
  const requests = { candidate: slots.candidate.requests, settled: slots.settled.requests };
  watch.presence = addPresence(watch.presence, requests, percent);
  const mine = requests.candidate + (own.counts ? own.candidate.answers.requests : 0);
  watch.requests += mine;
  const ownSeen = judgeOwn(plan.watch, ...ownOf(run, own));
  if (ownSeen && ownSeen.kind !== "healthy") return ownSeen;
  const isEnough = watch.requests >= plan.watch.minRequests;
  const sparse = isEnough ? { sparse: true as const } : {};
  if (isMissed(watch.presence, plan.watch.minRequests)) {
    const { expected, got } = watch.presence;
    const users = `${got} of its users' requests came to ${candidate}`;
    const text = `only ${users}, where by those to ${settled ?? "no slot"} about ${Math.round(expected)} were to come`;
    return { kind: "unknown", reason: text, ...sparse };
  }
  if (mine === 0) {
    const text = `only 0 requests came to ${candidate} since the look before: ${reason}`;
    return { kind: "unknown", reason: text, ...sparse };
  }
  if (isEnough) return null;
  return { kind: "unknown", reason: `only ${watch.requests} requests came to ${candidate} in this step: ${reason}` };
}

/** What the looks of an earlier driver came to, from the ledger: those of a shadow don't count after it. */
function knownBefore({ journal, id, plan }: Run, settings: AnalysisSettings): JudgeState {
  let [known, isCompared] = [initial(settings), false];
  for (const { event } of journal.entries) {
    if (!("rollout" in event) || event.rollout !== id) continue;
    if (event.kind === "step") {
      if (plan.steps[event.index - 1]?.kind === "shadow") known = initial(settings);
      isCompared = plan.steps[event.index]?.kind !== "weight";
    } else if (event.kind === "observation" && event.window && isCompared)
      known = judge(settings, known, event.window).state;
  }
  return known;
}
