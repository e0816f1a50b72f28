import type { SlotName } from "../../../infra/model/slot.ts";
import { quantile } from "../statistics.ts";
import { type LoadRecords, outcomes } from "./protocol.ts";

/** A move of all traffic, in milliseconds of `monotonic()`. */
export interface Move {
  readonly to: SlotName;
  readonly begunAt: number;
  /** When the command that makes the move had ended. */
  readonly endedAt: number;
}

export interface LoadSummary {
  readonly requests: number;
  readonly ratePerSecond: number;
  readonly failed: { readonly get: number; readonly post: number; readonly reasons: Readonly<Record<string, number>> };
  readonly answered: Readonly<Record<SlotName, number>>;
  /** Of the answered requests. */
  readonly p50Milliseconds: number;
  readonly p99Milliseconds: number;
}

/** What became of the requests of one load. */
export function summarize(records: LoadRecords): LoadSummary {
  const { sentAt, outcome, post, milliseconds, reasons } = records;
  const kinds = Array.from(outcome, (index) => outcomes[index]);
  const count = (wanted: (kind: (typeof kinds)[number], index: number) => boolean) => kinds.filter(wanted).length;
  const isAnswered = (kind: (typeof kinds)[number]) => kind === "blue" || kind === "green";
  const answeredMilliseconds = milliseconds.filter((_, index) => isAnswered(kinds[index]));
  return {
    requests: kinds.length,
    ratePerSecond: kinds.length / (((sentAt.at(-1) ?? NaN) - (sentAt[0] ?? NaN)) / 1000),
    failed: {
      get: count((kind, index) => !isAnswered(kind) && post[index] === 0),
      post: count((kind, index) => !isAnswered(kind) && post[index] === 1),
      reasons,
    },
    answered: { blue: count((kind) => kind === "blue"), green: count((kind) => kind === "green") },
    p50Milliseconds: quantile(answeredMilliseconds, 0.5),
    p99Milliseconds: quantile(answeredMilliseconds, 0.99),
  };
}

/**
 * For each move, the milliseconds from its beginning after which every request reached the new slot: until the last
 * request that was sent and didn't. `Infinity` when none is known to have reached it after that one and before the next
 * move began; a request that was still under way then may be answered by either slot.
 */
export function moveTimes({ sentAt, endedAt, outcome }: LoadRecords, moves: readonly Move[]): readonly number[] {
  return moves.map(({ to, begunAt }, index) => {
    const until = moves[index + 1]?.begunAt ?? Infinity;
    let lastWrong = begunAt;
    let lastRight = -Infinity;
    sentAt.forEach((at, row) => {
      if (at < begunAt || (endedAt[row] ?? Infinity) >= until) return;
      if (outcomes[outcome[row] ?? -1] === to) lastRight = Math.max(lastRight, at);
      else lastWrong = Math.max(lastWrong, at);
    });
    return lastRight > lastWrong ? lastWrong - begunAt : Infinity;
  });
}

/** Several loads as if they were one. */
export function joined(parts: readonly LoadRecords[]): LoadRecords {
  const reasons: Record<string, number> = {};
  for (const part of parts) {
    for (const [reason, count] of Object.entries(part.reasons)) reasons[reason] = (reasons[reason] ?? 0) + count;
  }
  return {
    sentAt: Float64Array.from(parts.flatMap(({ sentAt }) => [...sentAt])),
    endedAt: Float64Array.from(parts.flatMap(({ endedAt }) => [...endedAt])),
    milliseconds: Float32Array.from(parts.flatMap(({ milliseconds }) => [...milliseconds])),
    outcome: Uint8Array.from(parts.flatMap(({ outcome }) => [...outcome])),
    post: Uint8Array.from(parts.flatMap(({ post }) => [...post])),
    target: Uint8Array.from(parts.flatMap(({ target }) => [...target])),
    reasons,
  };
}
