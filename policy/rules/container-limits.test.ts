import { describe, expect, it } from "vitest";
import { judge, UNKNOWN } from "../testing/judge.ts";
import { GATEWAY } from "../types.ts";
import { containerLimits as rule } from "./container-limits.ts";

const good = { memory: 256, memorySwap: 256, cpus: "0.5" };
const memory = "a limit of 1-65536 MiB";
const cpus = "a limit of at most 64 cores";

describe(rule.name, () => {
  it.each([good, { memory: 65_536, cpus: "64" }, { memory: 1, cpuPeriod: 100_000, cpuQuota: 50_000 }])(
    "accepts %j",
    async (properties) => {
      expect(await judge(rule, properties)).toBe("passes");
    },
  );

  it.each<[object, string[]]>([
    [{}, [`memory: no limit | ${memory}`, `cpus: no limit | ${cpus}`]],
    [{ ...good, memory: 0 }, [`memory: no limit | ${memory}`]],
    [{ ...good, memory: 65_537 }, [`memory: 65537 MiB | ${memory}`]],
    [{ ...good, memorySwap: -1 }, ["memorySwap: -1 (any) | the same as memory"]],
    [{ ...good, cpus: "0" }, [`cpus: no limit | ${cpus}`]],
    [{ ...good, cpus: "64.5" }, [`cpus: 64.5 cores | ${cpus}`]],
    [{ ...good, cpus: "many" }, [`cpus: many | ${cpus}`]],
  ])("refuses %j", async (properties, violations) => {
    expect(await judge(rule, properties)).toEqual(violations);
  });

  it("takes its thresholds from the configuration", async () => {
    const config = { maxMemoryMegabytes: 128, maxCpus: 0.25 };
    expect(await judge(rule, good, { config })).toEqual([
      "memory: 256 MiB | a limit of 1-128 MiB",
      "cpus: 0.5 cores | a limit of at most 0.25 cores",
    ]);
  });

  it("refuses a limit that isn't known yet, and leaves out the gateway", async () => {
    expect(await judge(rule, { ...good, memory: UNKNOWN })).toEqual([
      expect.stringMatching(/^memory: a value unknown/),
    ]);
    expect(await judge(rule, {}, { within: GATEWAY })).toMatch(/^not asked: its memory/);
  });
});
