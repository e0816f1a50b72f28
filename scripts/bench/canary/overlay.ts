import { type BenchGateway, service } from "../gateway.ts";
import { startLoad } from "../load/generator.ts";
import { summarize } from "../load/summary.ts";
import { paired, type Paired } from "./paired.ts";
import { leased } from "./split.ts";

/** Latency of one round of equal loads, in milliseconds: twice without an overlay, to see the noise, and once with one. */
export interface OverlayRound {
  readonly without: Figures;
  readonly withoutAgain: Figures;
  readonly overlay: Figures;
}

interface Figures {
  readonly p50: number;
  readonly p99: number;
  readonly failed: number;
}

const kinds = ["without", "withoutAgain", "overlay"] as const;

/** Loads the gateway with and without half of its clients under lease, in turns that begin with another one each round. */
export async function measureOverlay(
  gateway: BenchGateway,
  { rounds, requests, ratePerSecond }: { rounds: number; requests: number; ratePerSecond: number },
  say: (text: string) => void,
): Promise<readonly OverlayRound[]> {
  const { call, calls, claim, prepare, target } = gateway;
  const load = async (): Promise<Figures> => {
    const running = await startLoad({
      targets: [target],
      path: "/",
      clients: 64,
      bodyBytes: 0,
      ratePerSecond,
      requests,
    });
    const { p50Milliseconds: p50, p99Milliseconds: p99, failed } = summarize(await running.finish());
    return { p50, p99, failed: failed.get + failed.post };
  };
  const withOverlay = async (): Promise<Figures> => {
    const mine = claim("green");
    await prepare(mine, [50]);
    const figures = await leased(gateway, mine, 50, load);
    await call(calls.clear(service, mine.token, mine.rollout));
    return figures;
  };
  await load();
  const measured: OverlayRound[] = [];
  for (let round = 0; round < rounds; round++) {
    const figures: Partial<Record<(typeof kinds)[number], Figures>> = {};
    for (let turn = 0; turn < kinds.length; turn++) {
      const kind = kinds[(turn + round) % kinds.length] ?? "without";
      figures[kind] = await (kind === "overlay" ? withOverlay() : load());
    }
    const { without, withoutAgain, overlay } = figures;
    if (!without || !withoutAgain || !overlay) throw new TypeError("a turn was left out");
    measured.push({ without, withoutAgain, overlay });
    say(`round ${round + 1} of ${rounds}: p50 ${without.p50.toFixed(2)} ms without, ${overlay.p50.toFixed(2)} ms with`);
  }
  return measured;
}

/** An overlay's latency beside none, in one of the quantiles. */
export function comparison(rounds: readonly OverlayRound[], quantile: "p50" | "p99"): Paired {
  return paired(
    rounds.map(({ without, withoutAgain, overlay }) => ({
      without: without[quantile],
      withoutAgain: withoutAgain[quantile],
      with: overlay[quantile],
    })),
  );
}
