import type { JudgeWindow, LatencyHistogram } from "../../model/judge-window.ts";
import { isBeyond, merge, quantileOf, scale } from "./histogram.ts";

/** Both slots' latencies of late: what is older counts for less and less. */
export interface Recent {
  readonly candidate: LatencyHistogram | null;
  readonly settled: LatencyHistogram | null;
}

/** In so many seconds an answer's weight falls to 1 / e. */
const FADES_SECONDS = 300;

export const nothingRecent: Recent = { candidate: null, settled: null };

export function addRecent(before: Recent, { seconds, slots }: JudgeWindow): Recent {
  const left = Math.exp(-seconds / FADES_SECONDS);
  const add = (faded: LatencyHistogram | null, latency: LatencyHistogram): LatencyHistogram =>
    (faded && merge(scale(faded, left), latency)) ?? latency;
  return {
    candidate: add(before.candidate, slots.candidate.latency),
    settled: add(before.settled, slots.settled.latency),
  };
}

/** By how many milliseconds the candidate's percentile is above the settled slot's; as `slowdown` otherwise. */
export function delay({ candidate, settled }: Recent, quantile: number): number | null {
  const ours = candidate && quantileOf(candidate, quantile);
  const theirs = settled && quantileOf(settled, quantile);
  if (candidate === null || ours === null || theirs === null) return null;
  return isBeyond(candidate, quantile) ? Infinity : ours - theirs;
}

/**
 * How many times the settled slot's percentile the candidate's is. Infinite when it lies above the last bound, where
 * nobody knows how far; null without answers of both.
 */
export function slowdown({ candidate, settled }: Recent, quantile: number): number | null {
  const ours = candidate && quantileOf(candidate, quantile);
  const theirs = settled && quantileOf(settled, quantile);
  if (candidate === null || ours === null || theirs === null || theirs === 0) return null;
  return isBeyond(candidate, quantile) ? Infinity : ours / theirs;
}
