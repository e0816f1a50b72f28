import { addTallies, durationQuantile, errorPercent } from "../gateway/observation.ts";
import type { LatencyHistogram, SlotWindow } from "../model/judge-window.ts";
import type { SlotName } from "../model/slot.ts";
import type { Figures } from "../rollout/verdict.ts";
import type { Everywhere } from "./context.ts";
import type { Counted, SlotTallies, Tally } from "./ports.ts";

/** What came to both slots in one stretch of time, as the judge takes it. */
export type SlotWindows = Readonly<Record<SlotName, SlotWindow>>;

/** Upper bounds of the histograms that the judge gets, in milliseconds: a tenth apart, to a minute. */
const boundsMilliseconds: readonly number[] = boundsTo(60_000);

/** On which hosts counts are no counts, in words; empty where there are none. */
export function gapsIn({ done }: Everywhere<Counted>): string {
  const hosts = done.filter(({ value }) => value.gap).map(({ host }) => host);
  return hosts.length === 0 ? "" : `the log of ${hosts.join(", ")} was rotated: counts have a gap`;
}

/** Sums what was counted in several places. */
export function mergeTallies(parts: readonly SlotTallies[]): SlotTallies {
  return { blue: addTallies(parts.map(({ blue }) => blue)), green: addTallies(parts.map(({ green }) => green)) };
}

export function figuresOf(tally: Tally): Figures {
  return {
    requests: tally.requests,
    errorPercent: errorPercent(tally),
    p95Milliseconds: durationQuantile(tally, 0.95),
  };
}

export function windowsOf({ blue, green }: SlotTallies): SlotWindows {
  return { blue: windowOf(blue), green: windowOf(green) };
}

/** A window, and what the driver's own requests got, by the window's bounds. */
export function withOwn(window: SlotWindow, own: Tally): SlotWindow {
  const { requests, errors, latency } = windowOf(own, window.latency.boundsMilliseconds);
  const counts = window.latency.counts.map((count, index) => count + (latency.counts[index] ?? 0));
  return {
    requests: window.requests + requests,
    errors: window.errors + errors,
    latency: { ...window.latency, counts },
  };
}

/** What was counted, as the judge takes it. */
export function windowOf(
  { requests, errors, milliseconds }: Tally,
  bounds: readonly number[] = boundsMilliseconds,
): SlotWindow {
  return { requests, errors, latency: histogramOf(milliseconds, bounds) };
}

function histogramOf(milliseconds: Tally["milliseconds"], bounds: readonly number[]): LatencyHistogram {
  const counts = new Array<number>(bounds.length + 1).fill(0);
  for (const [time, count] of milliseconds) {
    const first = bounds.findIndex((bound) => time <= bound);
    const index = first === -1 ? bounds.length : first;
    counts[index] = (counts[index] ?? 0) + count;
  }
  return { boundsMilliseconds: [...bounds], counts };
}

/** Whole milliseconds, since that is what gateways log, and then a tenth more each. */
function boundsTo(last: number): readonly number[] {
  const bounds = [1];
  for (let bound = 1; bound < last; bounds.push(bound)) bound = Math.max(bound + 1, Math.round(bound * 1.1));
  return bounds;
}
