import type { Plan } from "../model/plan.ts";
import type { Observation } from "./state.ts";

/** What a slot's requests came to in one look, over all hosts. */
export interface Figures {
  readonly requests: number;
  /** Answers with status 5xx, in percent of the requests; null without requests. */
  readonly errorPercent: number | null;
  /** 95th percentile of the time the gateway took to answer, in milliseconds; null without requests. */
  readonly p95Milliseconds: number | null;
}

/** The seed's rule for a candidate under all the traffic: too many errors or too slow goes back; too little is unknown. */
export function judgeWatch(watch: Plan["watch"], seen: Figures): Observation {
  const { requests, errorPercent, p95Milliseconds } = seen;
  if (requests < watch.minRequests || errorPercent === null || p95Milliseconds === null) {
    return {
      kind: "unknown",
      reason: `only ${requests} requests were seen (at least ${watch.minRequests} are evidence)`,
    };
  }
  const bad = [
    errorPercent > watch.maxErrorPercent
      ? `${errorPercent.toFixed(1)} % of ${requests} requests failed (above ${watch.maxErrorPercent} % goes back)`
      : null,
    p95Milliseconds > watch.maxP95Milliseconds
      ? `p95 is ${Math.round(p95Milliseconds)} ms (above ${watch.maxP95Milliseconds} ms goes back)`
      : null,
  ].filter((reason) => reason !== null);
  return bad.length > 0 ? { kind: "unhealthy", reason: bad.join("; ") } : { kind: "healthy" };
}
