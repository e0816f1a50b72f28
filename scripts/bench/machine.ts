import { cpus, loadavg, release, totalmem } from "node:os";

/** On what something was measured. */
export interface MachineFacts {
  readonly cores: number;
  readonly cpu: string;
  readonly memoryGigabytes: number;
  readonly kernel: string;
  readonly node: string;
}

export function machineFacts(): MachineFacts {
  return {
    cores: cpus().length,
    cpu: cpus()[0]?.model ?? "unknown",
    memoryGigabytes: Math.round(totalmem() / 2 ** 30),
    kernel: release(),
    node: process.versions.node,
  };
}

/** Load averages of the last 1, 5 and 15 minutes. */
export function loadNow(): readonly number[] {
  return loadavg().map((value) => Math.round(value * 100) / 100);
}
