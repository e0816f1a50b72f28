import type { Plan } from "../model/plan.ts";
import type { SlotName } from "../model/slot.ts";
import type { Observation } from "./state.ts";

/** What the driver's own requests to a slot came to in one look. */
export interface OwnRequests {
  readonly slot: SlotName;
  readonly answered: number;
  /** Of these, answers with status 5xx. */
  readonly errors: number;
  /** Those that nobody answered in time. */
  readonly unanswered: number;
  /** Of the answers; null without any. */
  readonly p95Milliseconds: number | null;
}

/** So many have to fail in one look: of a few, one that got lost on its way is a large share, and there are looks for days. */
const fewest = 2;

type Limits = Pick<Plan["watch"], "maxErrorPercent" | "maxP95Milliseconds">;

/**
 * What the driver's own requests say of the candidate: one that isn't answered has failed. Where the settled slot was asked
 * by the same way, its answers tell a bad candidate from a bad way: only what it does better is the candidate's fault. Where it
 * wasn't, silence blames nobody. Null when nothing was asked.
 */
export function judgeOwn(limits: Limits, candidate: OwnRequests, settled: OwnRequests | null): Observation | null {
  if (askedOf(candidate) === 0) return null;
  const bad = badIn(limits, candidate);
  if (bad === null) return { kind: "healthy" };
  const own = `of the driver's own requests, ${bad}`;
  if (settled && askedOf(settled) > 0) {
    const there = badIn(limits, settled);
    if (there !== null) return { kind: "unknown", reason: `${own}; it is no better with ${settled.slot}: ${there}` };
    return { kind: "unhealthy", reason: `${own}, while ${settled.slot} answers well by the same way` };
  }
  if (badIn(limits, { ...candidate, unanswered: 0 }) !== null) return { kind: "unhealthy", reason: own };
  const reason = `${candidate.slot} answered only ${candidate.answered} of the driver's own requests`;
  return { kind: "unknown", reason };
}

function askedOf({ answered, unanswered }: OwnRequests): number {
  return answered + unanswered;
}

function badIn({ maxErrorPercent, maxP95Milliseconds }: Limits, own: OwnRequests): string | null {
  const asked = askedOf(own);
  if (asked === 0) return null;
  const failed = own.errors + own.unanswered;
  const percent = (100 * failed) / asked;
  const late = own.unanswered > 0 ? `, ${own.unanswered} of them unanswered` : "";
  const p95 = own.p95Milliseconds ?? 0;
  const bad = [
    ...(failed >= fewest && percent > maxErrorPercent
      ? [`${percent.toFixed(1)} % of ${asked} requests failed${late} (above ${maxErrorPercent} % goes back)`]
      : []),
    ...(p95 > maxP95Milliseconds ? [`p95 is ${Math.round(p95)} ms (above ${maxP95Milliseconds} ms goes back)`] : []),
  ];
  return bad.length > 0 ? bad.join("; ") : null;
}
