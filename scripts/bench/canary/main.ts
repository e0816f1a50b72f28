import { setUp } from "../../toolchain/set-up.ts";
import type { Benchmark, BenchTable } from "../benchmark.ts";
import { startGateway } from "../gateway.ts";
import { median, rounded, worst } from "../statistics.ts";
import type { Place } from "../switch/contestant.ts";
import { startSlots } from "../switch/direct.ts";
import { type DeadDriver, leaseSeconds, measureDeadDriver } from "./dead-driver.ts";
import { type Incident, measureIncident, measureOverhead, type Overhead, startIncidents, usersOf } from "./incident.ts";
import { comparison, measureOverlay, type OverlayRound } from "./overlay.ts";
import { clientKeys, measureSplit, type Split } from "./split.ts";

const place: Place = { address: "127.0.98.20", port: 29_850 };

/** How clients are split, what an overlay costs, how bad canaries and those of a dead driver end, what watching costs. */
export const canaryBenchmark: Benchmark = {
  name: "canary",
  about:
    "100,000 clients through 5, 25, 50, 100 %; an overlay's latency; a bad canary, and a dead driver's, at 200 requests/s; CPU per look",
  run: async ({ scale, ratePerSecond }, say) => {
    await setUp(["pulumi", "docker", "nginx", "ssh", "docker-registry"], say);
    const { split, overlay } = await onGateway(scale, ratePerSecond, say);
    const counts = { bad: Math.max(1, Math.round(5 * scale)), dead: Math.max(1, Math.round(3 * scale)) };
    const { incidents, overhead, dead } = await onHosts(counts, say);
    const measured = { split, overlay, incidents, overhead, dead };
    return {
      settings: { keys: split.keys, overlayRounds: overlay.length, ...counts, ratePerSecond },
      results: measured,
      tables: [
        splitTable(split),
        overlayTable(overlay),
        incidentTable(incidents),
        deadTable(dead),
        overheadTable(overhead),
      ],
      failures: failuresOf(measured),
    };
  },
};

interface Measured {
  readonly split: Split;
  readonly overlay: readonly OverlayRound[];
  readonly incidents: readonly Incident[];
  readonly overhead: Overhead;
  readonly dead: readonly DeadDriver[];
}

async function onGateway(scale: number, ratePerSecond: number, say: (text: string) => void) {
  const slots = await startSlots(place);
  try {
    const gateway = await startGateway(place);
    try {
      const split = await measureSplit(gateway, clientKeys(Math.ceil(100_000 * scale)), say);
      // An odd number has one in the middle. p99 is the noisier one, and what asks for so many.
      const rounds = 2 * Math.max(1, Math.round(10 * scale)) + 1;
      const overlay = await measureOverlay(gateway, { rounds, requests: 6_000, ratePerSecond }, say);
      return { split, overlay };
    } finally {
      await gateway.serving.stop();
    }
  } finally {
    await slots.stop();
  }
}

async function onHosts(counts: { readonly bad: number; readonly dead: number }, say: (text: string) => void) {
  const numbers = { bad: counts.bad, good: 1 + counts.dead };
  const { stage, versions, good } = await startIncidents({ block: "127.0.85", port: 29_860 }, numbers);
  try {
    const incidents: Incident[] = [];
    for (const version of versions) {
      const incident = await measureIncident(stage, version);
      say(`bad canary: back after ${incident.backAfterSeconds.toFixed(1)} s, ${incident.failed} requests failed`);
      incidents.push(incident);
    }
    const [watched = "", ...left] = good;
    const overhead = await measureOverhead(stage, watched, 15);
    const dead: DeadDriver[] = [];
    for (const version of left) {
      // So many that some are among the first 10 %.
      const one = await measureDeadDriver(stage, version, usersOf(stage, 120));
      say(`dead driver: all settled after ${one.settledAfterSeconds.toFixed(1)} s, ${one.failed} requests failed`);
      dead.push(one);
    }
    return { incidents, overhead, dead };
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
    title: `An overlay of 50 % against none, ${rounds.length} paired rounds: median of the ratios within a round, and where 95 % of the medians of as many ratios without to without lie`,
    head: ["latency", "with to without", "noise, from", "to", "", "added ms"],
    rows: (["p50", "p99"] as const).map((quantile) => {
      const { ratio, noise, withinNoise, added } = comparison(rounds, quantile);
      const says = withinNoise ? "within the noise" : "above the noise";
      return [quantile, rounded(ratio), rounded(noise[0]), rounded(noise[1]), says, rounded(added)];
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

function deadTable(dead: readonly DeadDriver[]): BenchTable {
  return {
    title: "A driver killed with SIGKILL in mid-step, first step 10 %, the default lease of 3 ticks of 10 s, two hosts",
    head: [
      "requests/s",
      "requests on the candidate before",
      "all on the settled slot after s",
      "users' requests failed",
    ],
    rows: dead.map(({ requestsPerSecond, onCandidate, settledAfterSeconds, failed }) => [
      Math.round(requestsPerSecond),
      onCandidate,
      rounded(settledAfterSeconds),
      failed,
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

/** What Sluice promises of canaries. */
function failuresOf({ split, overlay, incidents, overhead, dead }: Measured): readonly string[] {
  const slowest = worst(incidents.map(({ backAfterSeconds }) => backAfterSeconds));
  const failed = overlay.reduce((sum, { without, overlay: own }) => sum + without.failed + own.failed, 0);
  return [
    ...split.steps.flatMap(({ weight, sharePercent, movedBack }) => [
      ...(Math.abs(sharePercent - weight) <= 0.5 ? [] : [`${sharePercent} % at ${weight} %, expected within 0.5`]),
      ...(movedBack === 0 ? [] : [`${movedBack} clients moved back at ${weight} %, expected 0`]),
    ]),
    ...(split.leftBehind === 0 ? [] : [`${split.leftBehind} clients left on the candidate, expected 0`]),
    ...(split.firstAgainPercent < 10 ? [] : [`${split.firstAgainPercent} % are first again, expected about 5`]),
    ...(["p50", "p99"] as const).flatMap((quantile) => {
      const { ratio, noise, withinNoise } = comparison(overlay, quantile);
      const found = `${quantile} with an overlay ${rounded(ratio)} times, above the noise (up to ${rounded(noise[1])})`;
      return withinNoise ? [] : [found];
    }),
    ...(failed === 0 ? [] : [`${failed} requests failed beside an overlay, expected 0`]),
    ...(slowest <= 10 ? [] : [`back after ${rounded(slowest)} s, expected 10`]),
    ...dead.flatMap((one) => [
      ...(one.onCandidate > 0 ? [] : ["a driver died before a user was on its candidate: nothing was measured"]),
      // A request under way at the lease's end is answered a little later.
      ...(one.settledAfterSeconds <= leaseSeconds + 1
        ? []
        : [`all settled ${rounded(one.settledAfterSeconds)} s after the driver's death, expected ${leaseSeconds}`]),
      ...(one.failed === 0 ? [] : [`${one.failed} requests failed after a driver's death, expected 0`]),
    ]),
    ...(median(incidents.map((one) => one.requestsPerSecond)) > 180 ? [] : ["fewer than 180 requests a second"]),
    ...(overhead.millisecondsPerLook < 100
      ? []
      : [`${rounded(overhead.millisecondsPerLook)} ms of CPU a look, expected below 100`]),
  ];
}
