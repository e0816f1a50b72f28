import { setUp } from "../../toolchain/set-up.ts";
import type { Benchmark } from "../benchmark.ts";
import { median, rounded } from "../statistics.ts";
import type { Contestant, Place } from "./contestant.ts";
import { direct, startSlots } from "./direct.ts";
import { haproxy } from "./haproxy.ts";
import { recreate } from "./recreate.ts";
import { reload } from "./reload.ts";
import { added, type Entrant, runRounds, type SwitchResult } from "./run.ts";
import { sluice } from "./sluice.ts";
import { traefik } from "./traefik.ts";

const place: Place = { address: "127.0.98.10", port: 29_810 };

/** 50 blue-green switches under load, and what a team would do otherwise, on the same load and slots in the same run. */
export const switchBenchmark: Benchmark = {
  name: "switch",
  about: "blue-green switches under load, beside a reload, a recreated container, HAProxy and Traefik",
  run: async ({ scale, ratePerSecond }, say) => {
    await setUp(["docker", "nginx", "haproxy"], say);
    const rounds = Math.max(1, Math.round(10 * scale));
    const requests = Math.ceil(60_000 * scale);
    const long = Math.ceil(500_000 * scale);
    const switches = Math.ceil(50 * scale);
    const results = await withContestants(say, (contestants) =>
      runRounds(entrants(contestants, { requests, long, switches }), { rounds, ratePerSecond }, say),
    );
    const [ours] = results;
    return {
      settings: { rounds, requests, longRequests: long, switches, ratePerSecond, users: 64, bodyBytes: 2_000 },
      results,
      tables: [tableOf(results)],
      failures: ours ? failuresOf(ours, ratePerSecond) : ["nothing was measured"],
    };
  },
};

/** Sluice goes in twice: for long, and just as the others. */
function entrants(
  contestants: readonly Contestant[],
  { requests, long, switches }: { requests: number; long: number; switches: number },
): readonly Entrant[] {
  const ours = contestants.find(({ name }) => name === "sluice");
  return [
    ...(ours ? [{ name: "sluice, long", contestant: ours, requests: long, switches }] : []),
    ...contestants.map((contestant) => ({ name: contestant.name, contestant, requests, switches })),
  ];
}

async function withContestants<Result>(
  say: (text: string) => void,
  task: (contestants: readonly Contestant[]) => Promise<Result>,
): Promise<Result> {
  const started: { stop(): Promise<void> }[] = [await startSlots(place)];
  try {
    const contestants = [direct(place)];
    for (const start of [sluice, reload, recreate, haproxy, traefik]) {
      const contestant = await start(place);
      started.push(contestant);
      contestants.push(contestant);
      say(`${contestant.name}: ready (${contestant.how})`);
    }
    return await task(contestants);
  } finally {
    for (const one of started.toReversed()) await one.stop();
  }
}

/** What the figures of issue 3 ask of ours. */
export function failuresOf({ failed, seconds, ratePerSecond: reached }: SwitchResult, wanted: number): string[] {
  const lost = failed.get + failed.post;
  return [
    ...(lost > 0 ? [`${lost} requests failed in switches, expected 0`] : []),
    ...(seconds && !Number.isFinite(seconds.worst) ? ["a switch was never seen by every request"] : []),
    ...(reached < wanted * 0.95 ? [`${reached.toFixed(0)} requests a second, expected ${wanted}`] : []),
  ];
}

function seconds(value: number | undefined): string | number {
  if (value === undefined) return "-";
  return Number.isFinite(value) ? rounded(value) : "not seen";
}

function tableOf(results: readonly SwitchResult[]) {
  const base = results.find(({ name }) => name === "direct");
  const ours = results.find(({ name }) => name === "sluice");
  const latency = (one: SwitchResult, quantile: "p50" | "p99") => {
    if (!base || one === base) return `(${rounded(median(one.latency.map((round) => round[quantile])))})`;
    return rounded(added(one, base, quantile));
  };
  const toOurs = (one: SwitchResult, quantile: "p50" | "p99") =>
    rounded(median(one.latency.map((round, index) => round[quantile] / (ours?.latency[index]?.[quantile] ?? NaN))));
  return {
    title: "Switches under load (half of the requests are POSTs; latency is what the gateway adds to a direct request)",
    head: [
      "way",
      "requests",
      "per s",
      "switches",
      "failed GET",
      "failed POST",
      "s until all, median",
      "worst",
      "CPU us a request",
      "added p50 ms",
      "added p99 ms",
      "p50 to ours",
      "p99 to ours",
    ],
    rows: results.map((one) => [
      one.name,
      one.requests,
      Math.round(one.ratePerSecond),
      one.switches,
      one.failed.get,
      one.failed.post,
      seconds(one.seconds?.median),
      seconds(one.seconds?.worst),
      one === base ? "-" : Math.round(one.cpuMicroseconds),
      latency(one, "p50"),
      latency(one, "p99"),
      toOurs(one, "p50"),
      toOurs(one, "p99"),
    ]),
  };
}
