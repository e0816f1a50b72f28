import { setTimeout as sleep } from "node:timers/promises";
import { otherSlot, type SlotName } from "../../../infra/model/slot.ts";
import { startLoad } from "../load/generator.ts";
import { type LoadRecords, monotonic } from "../load/protocol.ts";
import type { Move } from "../load/summary.ts";
import type { Contestant } from "./contestant.ts";

export interface SegmentOrder {
  readonly requests: number;
  readonly ratePerSecond: number;
  readonly switches: number;
  /** The slot that serves when it begins. */
  readonly settled: SlotName;
}

export interface Segment {
  readonly records: LoadRecords;
  readonly moves: readonly Move[];
  /** The slot that serves when it has ended. */
  readonly settled: SlotName;
}

/** Quiet time before the first switch and after each, so that the slowest contestant's is over before the next begins. */
const quiet = 600;

/** Load on one contestant, with switches spread evenly over it. */
export async function runSegment(contestant: Contestant, order: SegmentOrder): Promise<Segment> {
  const { requests, ratePerSecond, switches } = order;
  const target = contestant.target;
  const load = await startLoad({
    ...{ targets: [target], path: "/", clients: 64, bodyBytes: 2_000 },
    ...{ ratePerSecond, requests },
  });
  try {
    const begunAt = monotonic();
    const every = ((requests / ratePerSecond) * 1000) / switches;
    const moves: Move[] = [];
    let { settled } = order;
    await sleep(Math.min(quiet, every / 2));
    for (let index = 0; contestant.switchTo && index < switches; index++) {
      await sleep(Math.max(0, begunAt + index * every - monotonic()));
      settled = otherSlot(settled);
      moves.push(await timed(contestant.switchTo, settled));
      await sleep(quiet);
    }
    return { records: await load.finish(), moves, settled };
  } catch (error) {
    await load.stop();
    throw error;
  }
}

async function timed(switchTo: NonNullable<Contestant["switchTo"]>, to: SlotName): Promise<Move> {
  let begunAt = NaN;
  await switchTo(to, () => (begunAt = monotonic()));
  return { to, begunAt, endedAt: monotonic() };
}
