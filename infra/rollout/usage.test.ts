import { describe, expect, it } from "vitest";
import { watchSettings } from "../model/settings/health.ts";
import type { ContainerReading, Usage } from "../model/usage.ts";
import type { Observation } from "./state.ts";
import { memoryPercent, usageBetween, usageInWords, withUsage } from "./usage.ts";

const started = 1_000_000;

function reading(seconds: number, over: Partial<ContainerReading> = {}): ContainerReading {
  return {
    container: "a",
    at: started + seconds * 1000,
    startedAt: started,
    memoryBytes: 60,
    memoryLimitBytes: 100,
    cpuSeconds: seconds / 4,
    coresLimit: 0.5,
    restarts: 0,
    isRestarting: false,
    isOomKilled: false,
    ...over,
  };
}

const usage: Usage = {
  host: "host-a",
  slot: "green",
  memoryBytes: 60,
  memoryLimitBytes: 100,
  cores: 0.25,
  coresLimit: 0.5,
  restarted: false,
  oomKilled: false,
};

describe("what a container used between two readings", () => {
  it("is its memory now, and the CPU time in between over the time", () => {
    expect({ host: "host-a", slot: "green", ...usageBetween(reading(10), reading(20)) }).toEqual(usage);
  });

  it.each<[string, ContainerReading | null, ContainerReading, number | null]>([
    ["is unknown without a reading before", null, reading(20), null],
    ["is unknown where the engine doesn't tell it now", reading(10), reading(20, { cpuSeconds: null }), null],
    ["is unknown where it didn't tell it before", reading(10, { cpuSeconds: null }), reading(20), null],
    ["is unknown in no time at all", reading(10), reading(10), null],
    ["isn't negative", reading(10), reading(20, { cpuSeconds: 1 }), 0],
    [
      "begins anew with one that was started in between, from its start",
      reading(10, { cpuSeconds: 100 }),
      reading(20, { startedAt: started + 16_000, cpuSeconds: 2, restarts: 1 }),
      0.5,
    ],
    [
      "begins anew with another container",
      reading(10, { cpuSeconds: 100 }),
      reading(20, { container: "b", startedAt: started + 12_000, cpuSeconds: 2 }),
      0.25,
    ],
    [
      "counts one that was started before from the reading before",
      reading(10, { container: "b", startedAt: 0 }),
      reading(20, { cpuSeconds: 5 }),
      0.5,
    ],
  ])("%s", (_what, before, now, cores) => {
    expect(usageBetween(before, now).cores).toBe(cores);
  });

  const later = { startedAt: started + 15_000 };
  it.each<[string, ContainerReading | null, Partial<ContainerReading>, boolean]>([
    ["goes on", reading(10), {}, false],
    ["was restarted earlier", reading(10, { restarts: 3 }), { restarts: 3 }, false],
    ["ended and was started again by Docker", reading(10), { ...later, restarts: 1 }, true],
    ["did so again", reading(10, { restarts: 3 }), { ...later, restarts: 5 }, true],
    ["was started again by hand", reading(10), later, false],
    ["was started by hand after it had ended often", reading(10, { restarts: 3 }), later, false],
    [
      "was waiting to be, and now is",
      reading(10, { restarts: 7, isRestarting: true }),
      { ...later, restarts: 7 },
      false,
    ],
    ["is another one", reading(10, { container: "b" }), { ...later, restarts: 1 }, false],
    ["is seen for the first time", null, { restarts: 7 }, false],
    ["waits to be started once more", reading(10, { restarts: 7, isRestarting: true }), { isRestarting: true }, true],
    ["waits when it is seen for the first time", null, { isRestarting: true }, true],
  ])("tells whether Docker restarted it: one that %s", (_what, before, over, restarted) => {
    expect(usageBetween(before, reading(20, over)).restarted).toBe(restarted);
  });

  it.each<[string, ContainerReading | null, Partial<ContainerReading>, boolean]>([
    ["was killed in between", reading(10), {}, true],
    ["was killed earlier", reading(10, { isOomKilled: true }), {}, false],
    ["was killed again after another start", reading(10, { isOomKilled: true }), later, true],
    ["is seen for the first time", null, {}, false],
    ["is of another container", reading(10, { container: "b" }), {}, false],
  ])("tells whether a process was killed for want of memory: one that %s", (_what, before, over, oomKilled) => {
    expect(usageBetween(before, reading(20, { ...over, isOomKilled: true })).oomKilled).toBe(oomKilled);
  });

  it.each([
    [60, 100, 60],
    [60, null, null],
    [null, 100, null],
    [60, 0, null],
  ])("%s of %s bytes are %s percent", (memoryBytes, memoryLimitBytes, percent) => {
    expect(memoryPercent({ memoryBytes, memoryLimitBytes })).toBe(percent);
  });
});

describe("a look beside which the candidate's containers are seen", () => {
  const watch = watchSettings.parse({});
  const healthy: Observation = { kind: "healthy" };
  const high = { ...usage, memoryBytes: 95.1 };
  const highText = "memory is at 95.1 % of its limit (above 95 % goes back) on host-a";

  it.each<[string, object, Partial<Usage>, string | null]>([
    ["all well", {}, {}, null],
    ["memory at its limit", {}, { memoryBytes: 95 }, null],
    ["memory above it", {}, high, highText],
    ["memory above a limit that is switched off", { maxMemoryPercent: false }, high, null],
    [
      "memory above one's own limit",
      { maxMemoryPercent: 50 },
      {},
      highText.replace("95.1", "60.0").replace("95 %", "50 %"),
    ],
    ["memory without a limit", {}, { memoryBytes: 10 ** 12, memoryLimitBytes: null }, null],
    ["memory unknown", {}, { memoryBytes: null }, null],
    ["all CPU taken, which is no illness", {}, { cores: 0.5 }, null],
    [
      "CPU above one's own limit",
      { maxCpuPercent: 90 },
      { cores: 0.46 },
      "CPU is at 92.0 % of its limit (above 90 % goes back) on host-a",
    ],
    ["CPU below it", { maxCpuPercent: 90 }, { cores: 0.45 }, null],
    ["CPU unknown", { maxCpuPercent: 90 }, { cores: null }, null],
    ["CPU without a limit", { maxCpuPercent: 90 }, { cores: 60, coresLimit: null }, null],
    ["a restart", {}, { restarted: true }, "its container ended and was started again by Docker on host-a"],
    ["a kill", {}, { oomKilled: true }, "a process of its container was killed for want of memory on host-a"],
  ])("%s", (_what, over, seen, reason) => {
    const expected = reason === null ? healthy : { kind: "unhealthy", reason };
    expect(withUsage({ ...watch, ...over }, healthy, [{ ...usage, ...seen }])).toEqual(expected);
  });

  it("names every host and every reason", () => {
    const other = { ...usage, host: "host-b", oomKilled: true, restarted: true };
    const [kill, restart] = [
      "a process of its container was killed for want of memory",
      "its container ended and was started again by Docker",
    ];
    expect(withUsage(watch, healthy, [high, other])).toEqual({
      kind: "unhealthy",
      reason: `${highText}; ${kill} on host-b; ${restart} on host-b`,
    });
  });

  it("of a plan by an older program has no limits", () => {
    const { seconds, intervalSeconds, maxErrorPercent, maxP95Milliseconds, minRequests, strikes } = watch;
    const older = { seconds, intervalSeconds, maxErrorPercent, maxP95Milliseconds, minRequests, strikes };
    expect(withUsage(older, healthy, [{ ...high, cores: 99 }])).toEqual(healthy);
  });

  const reason = "so it is";
  it.each<[Observation, Observation]>([
    [
      { kind: "proven", reason },
      { kind: "unhealthy", reason: highText },
    ],
    [
      { kind: "continued", reason },
      { kind: "unhealthy", reason: highText },
    ],
    [
      { kind: "unknown", reason, blind: true },
      { kind: "unhealthy", reason: `${reason}; ${highText}` },
    ],
    [
      { kind: "unhealthy", reason },
      { kind: "unhealthy", reason: `${reason}; ${highText}` },
    ],
    [
      { kind: "worse", reason },
      { kind: "worse", reason },
    ],
    [
      { kind: "impossible", reason, hosts: ["host-b"] },
      { kind: "impossible", reason, hosts: ["host-b"] },
    ],
    [
      { kind: "aborted", reason },
      { kind: "aborted", reason },
    ],
  ])("that says %o", (seen, expected) => {
    expect(withUsage(watch, seen, [high])).toEqual(expected);
    expect(withUsage(watch, seen, [usage])).toEqual(seen);
    expect(withUsage(watch, seen, [])).toEqual(seen);
  });
});

describe("in words", () => {
  const mebibyte = 2 ** 20;
  it.each<[readonly Partial<Usage>[], string]>([
    [[], ""],
    [[{ memoryBytes: 143 * mebibyte, memoryLimitBytes: 256 * mebibyte }], "memory 56 % (143 MiB), CPU 0.25 cores"],
    [[{ memoryBytes: 143 * mebibyte, memoryLimitBytes: null, cores: null }], "memory 143 MiB"],
    [[{ memoryBytes: null }], "CPU 0.25 cores"],
    [
      [
        { memoryBytes: 10 * mebibyte, memoryLimitBytes: 100 * mebibyte, cores: 0.8 },
        { memoryBytes: 50 * mebibyte, memoryLimitBytes: 100 * mebibyte, cores: null },
      ],
      "memory 50 % (50 MiB), CPU 0.80 cores",
    ],
  ])("%o is %s", (usages, text) => {
    expect(usageInWords(usages.map((over) => ({ ...usage, ...over })))).toBe(text);
  });
});
