import { setTimeout as sleep } from "node:timers/promises";
import { otherSlot, type SlotName } from "../../../infra/model/slot.ts";
import { startLoad } from "../load/generator.ts";
import { type LoadRecords, monotonic, type Target } from "../load/protocol.ts";
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
  /** Processor time of the gateway. */
  readonly cpuSeconds: number;
  /** The slot that serves when it has ended. */
  readonly settled: SlotName;
}

/** Milliseconds before the first switch, and after each once it was seen. */
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
    const cpuBefore = contestant.cpuSeconds();
    const every = ((requests / ratePerSecond) * 1000) / switches;
    const moves: Move[] = [];
    let { settled } = order;
    await sleep(Math.min(quiet, every / 2));
    for (let index = 0; contestant.switchTo && index < switches; index++) {
      await sleep(Math.max(0, begunAt + index * every - monotonic()));
      settled = otherSlot(settled);
      moves.push(await timed(contestant.switchTo, settled));
      await untilSeen(contestant.target, settled);
      await sleep(quiet);
    }
    const records = await load.finish();
    return { records, moves, settled, cpuSeconds: contestant.cpuSeconds() - cpuBefore };
  } catch (error) {
    await load.stop();
    throw error;
  }
}

/** Milliseconds after which a switch that nobody has seen is left alone. */
const patience = 10_000;

/** Waits until a request reaches the slot, so that a slow switch isn't cut short by the next. */
async function untilSeen({ host, port }: Target, slot: SlotName): Promise<void> {
  const deadline = monotonic() + patience;
  while (monotonic() < deadline) {
    const text = await fetch(`http://${host}:${port}/`, { headers: { connection: "close" } })
      .then((answer) => answer.text())
      .catch(() => "");
    if (text.startsWith(`${slot} `)) return;
    await sleep(50);
  }
}

async function timed(switchTo: NonNullable<Contestant["switchTo"]>, to: SlotName): Promise<Move> {
  let begunAt = NaN;
  await switchTo(to, () => (begunAt = monotonic()));
  return { to, begunAt, endedAt: monotonic() };
}
