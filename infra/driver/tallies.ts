import { addTallies, durationQuantile, errorPercent } from "../gateway/observation.ts";
import type { Figures } from "../rollout/verdict.ts";
import type { SlotTallies, Tally } from "./ports.ts";

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
