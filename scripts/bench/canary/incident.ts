import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { WrittenSettings } from "../../../stacks/testing/settings.ts";
import { service, type Stage, startStage } from "../../e2e/testing/stage.ts";
import { Users } from "../../e2e/testing/users.ts";

/** A bad canary, from its first step to the last answer of it. */
export interface Incident {
  readonly requests: number;
  readonly requestsPerSecond: number;
  /** Requests of users that failed, in the whole incident. */
  readonly failed: number;
  /** From the first step in the ledger to the last answer of the bad release, in seconds. */
  readonly backAfterSeconds: number;
  readonly reason: string;
}

/** Processor time of the driver's own process while it watches a canary, and how long that was in looks. */
export interface Overhead {
  readonly looks: number;
  readonly millisecondsPerLook: number;
}

const perSecond = 200;
const lookSeconds = 2;

/** Two hosts, a good release that serves, and releases that fail a fifth of their requests once users have come. */
export async function startIncidents(
  place: { readonly block: string; readonly port: number },
  { bad, good: count }: { readonly bad: number; readonly good: number },
) {
  const fault = { FAULT_ERROR_RATE: "0.2", FAULT_AFTER_REQUESTS: "30" };
  const versions = Array.from({ length: bad }, (_, index) => `1.${index + 1}.0`);
  const good = Array.from({ length: count }, (_, index) => `2.${index}.0`);
  const well = Object.fromEntries(good.map((version) => [version, {}]));
  const stage = await startStage({
    ...place,
    releases: { "1.0.0": null, ...Object.fromEntries(versions.map((version) => [version, fault])), ...well },
    change: canary,
  });
  try {
    await stage.bringUp("1.0.0");
    return { stage, versions, good };
  } catch (error) {
    await stage.stop();
    throw error;
  }
}

function canary({ services = {} }: WrittenSettings): void {
  const strategy = services[service]?.strategy;
  if (!strategy) return;
  strategy.kind = "canary";
  // The seed's steps; a look every 2 s is what differs from the defaults.
  strategy.watch = { intervalSeconds: lookSeconds };
  strategy.tickSeconds = 10;
  strategy.leaseTicks = 3;
}

export async function measureIncident(stage: Stage, version: string): Promise<Incident> {
  const asking = usersOf(stage);
  try {
    await sleep(2_000);
    const head = await stage.head();
    const running = stage.start(["rollout", "local", service, version, "--json"]);
    const { at } = await stage.event("step", running, head);
    const { document } = await running.ended;
    await sleep(1_000);
    const since = Date.parse(at);
    const seen = asking.take();
    const last = seen.findLast((one) => one.version === version || one.failure !== "");
    const seconds = ((seen.at(-1)?.at ?? 0) - (seen[0]?.at ?? 0)) / 1000;
    return {
      requests: seen.length,
      requestsPerSecond: seen.length / seconds,
      failed: seen.filter(({ failure }) => failure !== "").length,
      backAfterSeconds: last ? Math.max(0, (last.at - since) / 1000) : 0,
      reason: (document as { reason?: string }).reason ?? "",
    };
  } finally {
    await asking.stop();
  }
}

/** Watches a good canary for a while, and takes it back. */
export async function measureOverhead(stage: Stage, version: string, looks: number): Promise<Overhead> {
  const asking = usersOf(stage);
  try {
    const head = await stage.head();
    const running = stage.start(["rollout", "local", service, version, "--json"]);
    await stage.event("step", running, head);
    const count = async () =>
      (await stage.entries()).filter(({ sequence, event }) => sequence > head && event.kind === "observation").length;
    while ((await count()) < 1) await sleep(200);
    const [before, cpuBefore] = [await count(), ownCpu(running.pid)];
    await sleep(looks * lookSeconds * 1000);
    const [after, cpuAfter] = [await count(), ownCpu(running.pid)];
    running.signal("SIGINT");
    await running.ended;
    return { looks: after - before, millisecondsPerLook: (1000 * (cpuAfter - cpuBefore)) / (after - before) };
  } finally {
    await asking.stop();
  }
}

/** Users who ask all gateways together 200 times a second; an answer takes about 3 ms. */
export function usersOf({ gateways }: Stage, users = 40): Users {
  return new Users({ gateways, users: users / gateways.length, pause: (1000 * users) / perSecond - 3 });
}

/** Seconds of processor time of the process itself: what it starts on a host with a local shell is the host's. */
function ownCpu(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / 100;
}
