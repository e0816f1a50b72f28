import type { Figures } from "../rollout/verdict.ts";
import type { SlotTallies, Tally } from "./ports.ts";

/** Sums what was counted in several places. */
export function mergeTallies(parts: readonly SlotTallies[]): SlotTallies {
  return { blue: merge(parts.map(({ blue }) => blue)), green: merge(parts.map(({ green }) => green)) };
}

export function figuresOf({ requests, errors, milliseconds }: Tally): Figures {
  if (requests === 0) return { requests, errorPercent: null, p95Milliseconds: null };
  return { requests, errorPercent: (errors / requests) * 100, p95Milliseconds: quantile(milliseconds, 0.95) };
}

/** The smallest value that at least the share `q` of all counted values doesn't exceed (nearest rank); null of none. */
export function quantile(counts: ReadonlyMap<number, number>, q: number): number | null {
  const sorted = [...counts].sort(([a], [b]) => a - b);
  const rank = Math.ceil(q * sorted.reduce((sum, [, count]) => sum + count, 0));
  let seen = 0;
  for (const [value, count] of sorted) {
    seen += count;
    if (seen >= rank && count > 0) return value;
  }
  return null;
}

function merge(parts: readonly Tally[]): Tally {
  const milliseconds = new Map<number, number>();
  for (const part of parts) {
    for (const [value, count] of part.milliseconds) milliseconds.set(value, (milliseconds.get(value) ?? 0) + count);
  }
  return {
    requests: parts.reduce((sum, part) => sum + part.requests, 0),
    errors: parts.reduce((sum, part) => sum + part.errors, 0),
    milliseconds,
  };
}
