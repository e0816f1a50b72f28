import type { JudgeWindow, LatencyHistogram, SlotWindow } from "../../../model/judge-window.ts";
import { type AnalysisSettings, analysisSettings } from "../../../model/settings/analysis.ts";
import { judgeAll } from "../judge.ts";
import type { Signal, Verdict } from "../verdict.ts";

export const bounds: readonly number[] = [25, 50, 75, 100, 150, 200, 300, 500, 1_000, 2_000, 5_000];

export interface SlotSketch {
  readonly requests: number;
  readonly errors?: number;
  /** Factor of a usual spread of latencies around 100 ms. */
  readonly slow?: number;
  readonly bounds?: readonly number[];
}

/** Latencies of so many answers as they are expected: log-logistic, median 100 ms, p95 close to 280 ms. */
export function latencies(answers: number, slow = 1, of: readonly number[] = bounds): LatencyHistogram {
  const upTo = of.map((bound) => Math.round(answers / (1 + (bound / (100 * slow)) ** -2.85)));
  const counts = [...upTo, answers].map((count, index) => count - (upTo[index - 1] ?? 0));
  return { boundsMilliseconds: [...of], counts };
}

export function slot({ requests, errors = 0, slow = 1, bounds: of = bounds }: SlotSketch): SlotWindow {
  return { requests, errors, latency: latencies(requests, slow, of) };
}

/** The window that ends with the given minute. */
export function minute(at: number, candidate: SlotSketch, settled: SlotSketch): JudgeWindow {
  return {
    at: new Date(Date.UTC(2026, 0, 1, 0, at)).toISOString(),
    seconds: 60,
    slots: { candidate: slot(candidate), settled: slot(settled) },
  };
}

/** The same in every minute. */
export function minutes(count: number, candidate: SlotSketch, settled: SlotSketch): JudgeWindow[] {
  return Array.from({ length: count }, (_, index) => minute(index + 1, candidate, settled));
}

export function settingsOf(input: Parameters<typeof analysisSettings.parse>[0] = {}): AnalysisSettings {
  return analysisSettings.parse(input);
}

export function last(settings: AnalysisSettings, windows: readonly JudgeWindow[]): Verdict {
  const verdict = judgeAll(settings, windows).at(-1);
  if (verdict === undefined) throw new Error("there are no windows");
  return verdict;
}

/** Names of the signals that say "worse". */
export function against({ signals }: Verdict): readonly string[] {
  return signals.filter(({ says }) => says === "worse").map(({ name }) => name);
}

export function signalOf({ signals }: Verdict, name: string): Signal {
  const signal = signals.find((one) => one.name === name);
  if (signal === undefined) throw new Error(`there is no signal ${name}`);
  return signal;
}
