import type { Plan } from "../model/plan.ts";
import type { ContainerReading, Usage } from "../model/usage.ts";
import type { Observation } from "./state.ts";

/** Memory in use in percent of what it may use; null where one of them isn't known. */
export function memoryPercent({
  memoryBytes,
  memoryLimitBytes,
}: Pick<Usage, "memoryBytes" | "memoryLimitBytes">): number | null {
  return memoryBytes === null || !memoryLimitBytes ? null : (100 * memoryBytes) / memoryLimitBytes;
}

/** What a container did between two readings; `before` is null where nothing is known of an earlier one. */
export function usageBetween(before: ContainerReading | null, now: ContainerReading): Omit<Usage, "host" | "slot"> {
  const same = before?.container === now.container ? before : null;
  const again = same !== null && same.startedAt !== now.startedAt;
  return {
    memoryBytes: now.memoryBytes,
    memoryLimitBytes: now.memoryLimitBytes,
    cores: coresBetween(before, now),
    coresLimit: now.coresLimit,
    // Somebody's hand sets the count back to 0, and may have had its reasons.
    restarted: now.isRestarting || (again && now.restarts > 0 && now.restarts !== same.restarts),
    oomKilled: now.isOomKilled && same !== null && (again || !same.isOomKilled),
  };
}

/** A container that was started in between began to count anew. */
function coresBetween(before: ContainerReading | null, now: ContainerReading): number | null {
  if (before === null || now.cpuSeconds === null) return null;
  const goesOn = before.container === now.container && before.startedAt === now.startedAt;
  const [from, used] = goesOn ? [before.at, before.cpuSeconds] : [Math.max(before.at, now.startedAt), 0];
  if (used === null || now.at <= from) return null;
  return Math.max(0, now.cpuSeconds - used) / ((now.at - from) / 1000);
}

/**
 * The look with what the candidate's containers say beside its users: too much memory or CPU, a crash. What isn't known of
 * them is no health and no blame: it changes nothing.
 */
export function withUsage(watch: Plan["watch"], seen: Observation, usages: readonly Usage[]): Observation {
  const bad = usages.flatMap((usage) => badUsage(watch, usage).map((reason) => `${reason} on ${usage.host}`));
  if (bad.length === 0) return seen;
  switch (seen.kind) {
    case "healthy":
    case "proven":
    case "continued":
      return { kind: "unhealthy", reason: bad.join("; ") };
    case "unhealthy":
    case "unknown":
      return { kind: "unhealthy", reason: [seen.reason, ...bad].join("; ") };
    case "worse":
    case "impossible":
    case "aborted":
      return seen;
  }
}

function badUsage({ maxMemoryPercent = false, maxCpuPercent = false }: Plan["watch"], usage: Usage): readonly string[] {
  const memory = memoryPercent(usage);
  const cpu = usage.cores === null || !usage.coresLimit ? null : (100 * usage.cores) / usage.coresLimit;
  const killed = "a process of its container was killed for want of memory";
  return [
    ...(usage.oomKilled ? [killed] : []),
    ...(usage.restarted ? ["its container ended and was started again by Docker"] : []),
    ...above("memory", memory, maxMemoryPercent),
    ...above("CPU", cpu, maxCpuPercent),
  ];
}

function above(what: string, percent: number | null, limit: number | false): readonly string[] {
  if (percent === null || limit === false || percent <= limit) return [];
  return [`${what} is at ${percent.toFixed(1)} % of its limit (above ${limit} % goes back)`];
}

/** The highest of the hosts' figures: `memory 56 % (143 MiB), CPU 0.35 cores`. Empty without any. */
export function usageInWords(usages: readonly Usage[]): string {
  const bytes = highest(usages.map(({ memoryBytes }) => memoryBytes));
  const percent = highest(usages.map(memoryPercent));
  const cores = highest(usages.map((usage) => usage.cores));
  const mebibytes = bytes === null ? "" : `${Math.round(bytes / 2 ** 20)} MiB`;
  const memory = percent === null ? mebibytes : `${Math.round(percent)} % (${mebibytes})`;
  return [...(memory ? [`memory ${memory}`] : []), ...(cores === null ? [] : [`CPU ${cores.toFixed(2)} cores`])].join(
    ", ",
  );
}

function highest(figures: readonly (number | null)[]): number | null {
  const known = figures.filter((figure) => figure !== null);
  return known.length === 0 ? null : Math.max(...known);
}
