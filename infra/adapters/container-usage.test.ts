import { describe, expect, it } from "vitest";
import { readingOf, type Stats, type Told } from "./container-usage.ts";

const inspect: Told["inspect"] = {
  Id: "0123",
  RestartCount: 2,
  State: { StartedAt: "2026-03-01T10:00:00.123456789Z", Restarting: false, OOMKilled: true },
  HostConfig: { NanoCpus: 1_500_000_000 },
};

const stats: Stats = {
  read: "2026-03-01T10:01:00.987654321Z",
  memory_stats: {
    usage: 100_000_000,
    limit: 268_435_456,
    stats: { active_file: 10_000_000, inactive_file: 30_000_000 },
  },
  cpu_stats: { cpu_usage: { total_usage: 12_345_000_000 } },
};

const nothing: Stats = { read: "0001-01-01T00:00:00Z", memory_stats: {}, cpu_stats: { cpu_usage: { total_usage: 0 } } };

const memory = (over: Stats["memory_stats"]) =>
  readingOf({ inspect, stats: { ...stats, memory_stats: { ...stats.memory_stats, ...over } } });
const host = (HostConfig: Told["inspect"]["HostConfig"]) => readingOf({ inspect: { ...inspect, HostConfig }, stats });

describe("what Docker tells of a container", () => {
  it("is read by the names of cgroup v2", () => {
    expect(readingOf({ inspect, stats })).toEqual({
      container: "0123",
      at: Date.UTC(2026, 2, 1, 10, 1, 0, 987),
      startedAt: Date.UTC(2026, 2, 1, 10, 0, 0, 123),
      memoryBytes: 60_000_000,
      memoryLimitBytes: 268_435_456,
      cpuSeconds: 12.345,
      coresLimit: 1.5,
      restarts: 2,
      isRestarting: false,
      isOomKilled: true,
    });
  });

  it("is read by the names of cgroup v1, where a container's totals stand beside its topmost group's own", () => {
    const v1 = { active_file: 1, inactive_file: 2, total_active_file: 5_000_000, total_inactive_file: 25_000_000 };
    expect(memory({ stats: v1 }).memoryBytes).toBe(70_000_000);
  });

  it("has no memory below 0 where the cache was counted later", () => {
    expect(memory({ stats: { inactive_file: 200_000_000 } }).memoryBytes).toBe(0);
  });

  it("has all memory in use where nothing is told of the cache", () => {
    expect(readingOf({ inspect, stats: { ...stats, memory_stats: { usage: 5, limit: 10 } } }).memoryBytes).toBe(5);
  });

  it.each([[undefined], [0], [9_223_372_036_854_771_712], [18_446_744_073_709_551_615]])(
    "has no memory limit where it is %s",
    (limit) => {
      const told = { usage: 5, ...(limit === undefined ? {} : { limit }) };
      expect(readingOf({ inspect, stats: { ...stats, memory_stats: told } }).memoryLimitBytes).toBeNull();
    },
  );

  it.each([
    [{}, null],
    [{ NanoCpus: 0, CpuQuota: 0, CpuPeriod: 0 }, null],
    [{ CpuQuota: 50_000 }, 0.5],
    [{ NanoCpus: 0, CpuQuota: 50_000, CpuPeriod: 25_000 }, 2],
    [{ CpuQuota: -1 }, null],
  ])("has by %o a CPU limit of %s cores", (config, cores) => {
    expect(host(config).coresLimit).toBe(cores);
  });

  it.each([nothing, { read: nothing.read }])("is no figures of one that doesn't run: %o", (empty) => {
    expect(readingOf({ inspect, stats: empty })).toMatchObject({
      memoryBytes: null,
      memoryLimitBytes: null,
      cpuSeconds: null,
      restarts: 2,
      isOomKilled: true,
    });
  });
});
