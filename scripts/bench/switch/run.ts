import type { SlotName } from "../../../infra/model/slot.ts";
import { joined, type LoadSummary, moveTimes, summarize } from "../load/summary.ts";
import { median, worst } from "../statistics.ts";
import type { Contestant } from "./contestant.ts";
import { runSegment, type Segment } from "./segment.ts";

/** One contestant's part in every round. */
export interface Entrant {
  readonly name: string;
  readonly contestant: Contestant;
  /** In all rounds together. */
  readonly requests: number;
  readonly switches: number;
}

export interface SwitchResult extends LoadSummary {
  readonly name: string;
  readonly how: string;
  readonly switches: number;
  /** From a switch's beginning until every request reached the new slot; null without switches. */
  readonly seconds: { readonly median: number; readonly worst: number; readonly all: readonly number[] } | null;
  /** Of each round, in milliseconds. */
  readonly latency: readonly { readonly p50: number; readonly p99: number }[];
  /** Processor time of the gateway a request, in microseconds: what other programs do hardly changes it. */
  readonly cpuMicroseconds: number;
  /** How long the command itself took, median; null without switches. */
  readonly commandSeconds: number | null;
}

/**
 * Loads the entrants one after another, in rounds, so that whatever else the machine does meets all alike; each round
 * begins with another one.
 */
export async function runRounds(
  entrants: readonly Entrant[],
  { rounds, ratePerSecond }: { rounds: number; ratePerSecond: number },
  say: (text: string) => void,
): Promise<readonly SwitchResult[]> {
  const segments = new Map<string, Segment[]>(entrants.map(({ name }) => [name, []]));
  const settled = new Map<Contestant, SlotName>();
  for (let round = 0; round < rounds; round++) {
    for (const { name, contestant, requests, switches } of rotated(entrants, round)) {
      const segment = await runSegment(contestant, {
        requests: Math.ceil(requests / rounds),
        ratePerSecond,
        switches: Math.ceil(switches / rounds),
        settled: settled.get(contestant) ?? "blue",
      });
      settled.set(contestant, segment.settled);
      segments.get(name)?.push(segment);
      const { requests: sent, failed, p50Milliseconds } = summarize(segment.records);
      const lost = `${failed.get} GET and ${failed.post} POST failed`;
      say(`round ${round + 1} of ${rounds}, ${name}: ${sent} requests, ${lost}, p50 ${p50Milliseconds.toFixed(2)} ms`);
    }
  }
  return entrants.map((entrant) => resultOf(entrant, segments.get(entrant.name) ?? []));
}

/**
 * What a way adds to a direct request: the median over the rounds of the difference within a round, so that a round in
 * which the machine was busy with something else counts once.
 */
export function added(of: SwitchResult, direct: SwitchResult, quantile: "p50" | "p99"): number {
  return median(of.latency.map((round, index) => round[quantile] - (direct.latency[index]?.[quantile] ?? NaN)));
}

function rotated<T>(items: readonly T[], by: number): readonly T[] {
  const first = by % items.length;
  return [...items.slice(first), ...items.slice(0, first)];
}

function resultOf({ name, contestant }: Entrant, segments: readonly Segment[]): SwitchResult {
  const summary = summarize(joined(segments.map(({ records }) => records)));
  const moves = segments.flatMap((segment) => segment.moves);
  const seconds = segments.flatMap(({ records, moves: own }) => moveTimes(records, own)).map((ms) => ms / 1000);
  const commands = moves.map(({ begunAt, endedAt }) => (endedAt - begunAt) / 1000);
  return {
    name,
    how: contestant.how,
    ...summary,
    latency: segments
      .map(({ records }) => summarize(records))
      .map(({ p50Milliseconds: p50, p99Milliseconds: p99 }) => ({ p50, p99 })),
    cpuMicroseconds: (segments.reduce((sum, one) => sum + one.cpuSeconds, 0) / summary.requests) * 1e6,
    // Over the whole of the rounds the pauses between them would count too.
    ratePerSecond: median(segments.map(({ records }) => summarize(records).ratePerSecond)),
    switches: moves.length,
    seconds: moves.length === 0 ? null : { median: median(seconds), worst: worst(seconds), all: seconds },
    commandSeconds: moves.length === 0 ? null : median(commands),
  };
}
