import type Docker from "dockerode";
import type { ContainerReading } from "../model/usage.ts";
import { inspected, statsOf } from "./docker-engine.ts";

/** What Docker tells of a container, of all that it tells. */
export interface Told {
  readonly inspect: {
    readonly Id: string;
    readonly RestartCount: number;
    readonly State: { readonly StartedAt: string; readonly Restarting: boolean; readonly OOMKilled: boolean };
    readonly HostConfig: Pick<Docker.HostConfig, "NanoCpus" | "CpuQuota" | "CpuPeriod">;
  };
  readonly stats: Stats;
}

/** Empty parts, and a time at the beginning of all years, where the container doesn't run. */
export interface Stats {
  readonly read: string;
  readonly memory_stats?: {
    readonly usage?: number;
    readonly limit?: number;
    readonly stats?: Readonly<Record<string, number>>;
  };
  readonly cpu_stats?: { readonly cpu_usage?: { readonly total_usage?: number } };
}

/** What a container uses now; null when there is none of this name. */
export async function containerUsage(engine: Docker, container: string): Promise<ContainerReading | null> {
  const [inspect, stats] = await Promise.all([inspected(engine, container), statsOf(engine, container)]);
  return inspect && stats ? readingOf({ inspect, stats }) : null;
}

export function readingOf({ inspect, stats }: Told): ContainerReading {
  const { State: state, HostConfig: host } = inspect;
  const limit = stats.memory_stats?.limit ?? 0;
  // One that doesn't run has used 0 of everything, which says nothing.
  const cpu = stats.cpu_stats?.cpu_usage?.total_usage ?? 0;
  return {
    container: inspect.Id,
    at: Date.parse(stats.read),
    startedAt: Date.parse(state.StartedAt),
    memoryBytes: memoryInUse(stats.memory_stats),
    // The kernel's word for "none" is the largest number of whole pages.
    memoryLimitBytes: limit > 0 && Number.isSafeInteger(limit) ? limit : null,
    cpuSeconds: cpu > 0 ? cpu / 1e9 : null,
    coresLimit: coresOf(host),
    restarts: inspect.RestartCount,
    isRestarting: state.Restarting,
    isOomKilled: state.OOMKilled,
  };
}

/** By the names of cgroup v1 for a container with all below it, else by those of v2. */
function memoryInUse({ usage = 0, stats = {} }: Stats["memory_stats"] & object = {}): number | null {
  if (usage === 0) return null;
  const cache = (which: "active" | "inactive") => stats[`total_${which}_file`] ?? stats[`${which}_file`] ?? 0;
  return Math.max(0, usage - cache("active") - cache("inactive"));
}

function coresOf({ NanoCpus: nano = 0, CpuQuota: quota = 0, CpuPeriod: period = 0 }: Told["inspect"]["HostConfig"]) {
  if (nano > 0) return nano / 1e9;
  return quota > 0 ? quota / (period || 100_000) : null;
}
