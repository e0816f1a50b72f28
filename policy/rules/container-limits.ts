import { z } from "zod";
import { defineRule, type Violation } from "../rule.ts";
import { CONTAINER, GATEWAY } from "../types.ts";

/** One service that leaks or spins must not take the host from the others. */
export const containerLimits = defineRule({
  name: "container-limits",
  description: "Containers have a memory and a CPU limit, so that one can't take the host from the others.",
  types: [CONTAINER],
  properties: z.object({
    memory: z.number().default(0),
    memorySwap: z.number().default(0),
    cpus: z.string().default(""),
    cpuPeriod: z.number().default(0),
    cpuQuota: z.number().default(0),
  }),
  config: {
    maxMemoryMegabytes: z.int().min(1).default(65_536).describe("Largest memory limit, in MiB"),
    maxCpus: z.number().positive().default(64).describe("Largest CPU limit, in cores"),
  },
  allowances: [
    {
      component: GATEWAY,
      reason: "its memory goes with its connections: a limit would end it, and every user's connection, at the peak",
    },
  ],
  judge: ({ properties }, { maxMemoryMegabytes, maxCpus }) => {
    const { memory, memorySwap, cpus, cpuPeriod, cpuQuota } = properties;
    const violations: Violation[] = [];
    if (memory <= 0 || memory > maxMemoryMegabytes) {
      violations.push({
        property: "memory",
        found: memory <= 0 ? "no limit" : `${memory} MiB`,
        expected: `a limit of 1-${maxMemoryMegabytes} MiB`,
      });
    }
    if (memorySwap === -1)
      violations.push({ property: "memorySwap", found: "-1 (any)", expected: "the same as memory" });
    const cores = cpus === "" && cpuPeriod > 0 && cpuQuota > 0 ? cpuQuota / cpuPeriod : Number(cpus);
    if (!(cores > 0 && cores <= maxCpus)) {
      const found = cores > 0 ? `${cores} cores` : cpus === "" || cores === 0 ? "no limit" : cpus;
      violations.push({ property: "cpus", found, expected: `a limit of at most ${maxCpus} cores` });
    }
    return violations;
  },
});
