import type { JudgeWindow } from "../../model/judge-window.ts";
import type { AnalysisSettings } from "../../model/settings/analysis.ts";
import { quantileOf, total } from "./histogram.ts";
import { shiftOf } from "./mann-whitney-test.ts";
import type { Signal, Verdict } from "./verdict.ts";

interface Series {
  readonly candidate: readonly number[];
  readonly settled: readonly number[];
}

/** The windows' values of each metric, as Kayenta gets them from a metrics store; plain JSON. */
export interface MannWhitneyState {
  readonly errors: Series;
  readonly p95: Series;
  readonly requests: Verdict["requests"];
  readonly worse: string | null;
}

const none: Series = { candidate: [], settled: [] };

export function beginMannWhitney(): MannWhitneyState {
  return { errors: none, p95: none, requests: { candidate: 0, settled: 0 }, worse: null };
}

export function observeMannWhitney(state: MannWhitneyState, { slots }: JudgeWindow): MannWhitneyState {
  const { candidate, settled } = slots;
  const append = (values: readonly number[], value: number | null): readonly number[] =>
    value === null ? values : [...values, value];
  const errors = (slot: typeof candidate): number | null =>
    slot.requests === 0 ? null : (100 * slot.errors) / slot.requests;
  const p95 = (slot: typeof candidate): number | null =>
    total(slot.latency) === 0 ? null : quantileOf(slot.latency, 0.95);
  return {
    ...state,
    errors: {
      candidate: append(state.errors.candidate, errors(candidate)),
      settled: append(state.errors.settled, errors(settled)),
    },
    p95: {
      candidate: append(state.p95.candidate, p95(candidate)),
      settled: append(state.p95.settled, p95(settled)),
    },
    requests: {
      candidate: state.requests.candidate + candidate.requests,
      settled: state.requests.settled + settled.requests,
    },
  };
}

/**
 * Kayenta's decision: a metric is high when the whole confidence interval of its shift lies above `tolerance` times the
 * estimated shift; the score is the percentage of metrics that are not.
 */
export function concludeMannWhitney({ mannWhitney }: AnalysisSettings, state: MannWhitneyState): Verdict {
  const { confidence, tolerance, pass, marginal, windows } = mannWhitney;
  const { requests } = state;
  const seen = Math.min(
    ...[state.errors, state.p95].flatMap(({ candidate, settled }) => [candidate.length, settled.length]),
  );
  const metric = (name: string, unit: string, { candidate, settled }: Series): Signal => {
    const shift = shiftOf(candidate, settled, confidence);
    if (shift === undefined) return { name, says: "open", words: "no windows with requests" };
    const { estimate, low, high } = shift;
    const edge = tolerance * Math.abs(estimate);
    const worse = low > edge;
    const words = `shift ${show(estimate)} ${unit}, ${100 * confidence} % interval ${show(low)} to ${show(high)}, high when it begins above ${show(edge)}`;
    return { name, says: worse ? "worse" : "notWorse", words };
  };
  const signals = [metric("errors", "points", state.errors), metric("p95", "ms", state.p95)];
  if (state.worse !== null) return { answer: "worse", reason: state.worse, requests, signals };
  if (seen < windows) {
    const reason = `${seen} windows with requests in both slots, the first decision is at ${windows}`;
    return { answer: "notEnough", reason, requests, signals };
  }
  const score = (100 * signals.filter(({ says }) => says === "notWorse").length) / signals.length;
  const high = signals.filter(({ says }) => says === "worse").map(({ name, words }) => `${name}: ${words}`);
  const reason = `score ${score} (passes from ${pass}, fails below ${marginal})${high.map((words) => `; ${words}`).join("")}`;
  return {
    answer: score >= pass ? "betterOrEqual" : score < marginal ? "worse" : "notEnough",
    reason,
    requests,
    signals,
  };
}

function show(value: number): string {
  return Number(value.toPrecision(3)).toString();
}
