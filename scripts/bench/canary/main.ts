import { setUp } from "../../toolchain/set-up.ts";
import type { Benchmark, BenchTable } from "../benchmark.ts";
import { startGateway } from "../gateway.ts";
import { median, rounded, worst } from "../statistics.ts";
import type { Place } from "../switch/contestant.ts";
import { startSlots } from "../switch/direct.ts";
import { type Incident, measureIncident, measureOverhead, type Overhead, startIncidents } from "./incident.ts";
import { measureOverlay, type OverlayRound, ratios } from "./overlay.ts";
import { clientKeys, measureSplit, type Split } from "./split.ts";

const place: Place = { address: "127.0.98.20", port: 29_850 };

/** How clients are split, what an overlay costs a request, how a bad canary ends, and what watching costs. */
export const canaryBenchmark: Benchmark = {
  name: "canary",
  about: "100,000 clients through 5, 25, 50, 100 %; an overlay's latency; a bad canary at 200 requests/s; CPU per look",
  run: async ({ scale, ratePerSecond }, say) => {
    await setUp(["pulumi", "docker", "nginx", "ssh", "docker-registry"], say);
    const { split, overlay } = await onGateway(scale, ratePerSecond, say);
    const { incidents, overhead } = await onHosts(Math.max(1, Math.round(5 * scale)), say);
    return {
      settings: { keys: split.keys, overlayRounds: overlay.length, incidents: incidents.length, ratePerSecond },
      results: { split, overlay, incidents, overhead },
      tables: [splitTable(split), overlayTable(overlay), incidentTable(incidents), overheadTable(overhead)],
      failures: failuresOf({ split, overlay, incidents, overhead }),
    };
  },
};

interface Measured {
  readonly split: Split;
  readonly overlay: readonly OverlayRound[];
  readonly incidents: readonly Incident[];
  readonly overhead: Overhead;
}

async function onGateway(scale: number, ratePerSecond: number, say: (text: string) => void) {
  const slots = await startSlots(place);
  try {
    const gateway = await startGateway(place);
    try {
      const split = await measureSplit(gateway, clientKeys(Math.ceil(100_000 * scale)), say);
      const rounds = Math.max(2, Math.round(10 * scale));
      const overlay = await measureOverlay(gateway, { rounds, requests: 6_000, ratePerSecond }, say);
      return { split, overlay };
    } finally {
      await gateway.serving.stop();
    }
  } finally {
    await slots.stop();
  }
}

async function onHosts(count: number, say: (text: string) => void) {
  const { stage, versions, good } = await startIncidents({ block: "127.0.85", port: 29_860 }, count);
  try {
    const incidents: Incident[] = [];
    for (const version of versions) {
      const incident = await measureIncident(stage, version);
      say(`bad canary: back after ${incident.backAfterSeconds.toFixed(1)} s, ${incident.failed} requests failed`);
      incidents.push(incident);
    }
    const overhead = await measureOverhead(stage, good, 15);
    return { incidents, overhead };
  } finally {
    await stage.stop();
  }
}

function splitTable({ keys, steps, leftBehind, firstAgainPercent }: Split): BenchTable {
  return {
    title: `${keys} clients, each asked of nginx; after the rollback ${leftBehind} were not on the settled slot; of the first 5 %, ${firstAgainPercent.toFixed(1)} % are among the next rollout's first 5 %`,
    head: ["weight %", "share %", "clients moved back"],
    rows: steps.map(({ weight, sharePercent, movedBack }) => [weight, sharePercent.toFixed(2), movedBack]),
  };
}

function overlayTable(rounds: readonly OverlayRound[]): BenchTable {
  return {
    title: `An overlay of 50 % against none, ${rounds.length} paired rounds`,
    head: ["latency", "with to without, median", "without to without, from", "to"],
    rows: (["p50", "p99"] as const).map((quantile) => {
      const { overlay, noise } = ratios(rounds, quantile);
      return [quantile, rounded(overlay), rounded(noise[0]), rounded(noise[1])];
    }),
  };
}

function incidentTable(incidents: readonly Incident[]): BenchTable {
  return {
    title: "A canary with 20 % errors, first step 10 %, a look every 2 s, two hosts",
    head: ["requests/s", "back after s", "users' requests failed", "why"],
    rows: incidents.map(({ requestsPerSecond, backAfterSeconds, failed, reason }) => [
      Math.round(requestsPerSecond),
      rounded(backAfterSeconds),
      failed,
      reason,
    ]),
  };
}

function overheadTable({ looks, millisecondsPerLook }: Overhead): BenchTable {
  return {
    title: "The driver's own processor time while it watches a canary on two hosts",
    head: ["looks", "ms of CPU a look"],
    rows: [[looks, rounded(millisecondsPerLook)]],
  };
}

/** What issue 4 asks for. */
function failuresOf({ split, overlay, incidents, overhead }: Measured): readonly string[] {
  const p50 = ratios(overlay, "p50");
  const slowest = worst(incidents.map(({ backAfterSeconds }) => backAfterSeconds));
  const failed = overlay.reduce((sum, { without, overlay: own }) => sum + without.failed + own.failed, 0);
  return [
    ...split.steps.flatMap(({ weight, sharePercent, movedBack }) => [
      ...(Math.abs(sharePercent - weight) <= 0.5 ? [] : [`${sharePercent} % at ${weight} %, expected within 0.5`]),
      ...(movedBack === 0 ? [] : [`${movedBack} clients moved back at ${weight} %, expected 0`]),
    ]),
    ...(split.leftBehind === 0 ? [] : [`${split.leftBehind} clients left on the candidate, expected 0`]),
    ...(split.firstAgainPercent < 10 ? [] : [`${split.firstAgainPercent} % are first again, expected about 5`]),
    ...(p50.overlay <= Math.max(...p50.noise)
      ? []
      : [`p50 with an overlay ${rounded(p50.overlay)} times, above the noise`]),
    ...(failed === 0 ? [] : [`${failed} requests failed beside an overlay, expected 0`]),
    ...(slowest <= 10 ? [] : [`back after ${rounded(slowest)} s, expected 10`]),
    ...(median(incidents.map((one) => one.requestsPerSecond)) > 180 ? [] : ["fewer than 180 requests a second"]),
    ...(overhead.millisecondsPerLook < 100
      ? []
      : [`${rounded(overhead.millisecondsPerLook)} ms of CPU a look, expected below 100`]),
  ];
}
