import { readNumber } from "./read-number.ts";

/** What goes wrong, and from when on. All of it waits until both thresholds are passed. */
export interface FaultSettings {
  /** Share of user requests that answer 500, 0 to 1. */
  readonly errorRate: number;
  /** Added to every user request, milliseconds. */
  readonly latencyMs: number;
  /** Memory taken and kept, megabytes. */
  readonly memoryMb: number;
  /** The process exits with code 1 this many seconds after the faults began; `undefined` is never. */
  readonly crashAfterS: number | undefined;
  readonly readinessFails: boolean;
  readonly afterS: number;
  /** User requests answered well before anything goes wrong. */
  readonly afterRequests: number;
}

export function readFaults(env: Readonly<Record<string, string | undefined>>, problems: string[]): FaultSettings {
  const number = (name: string, max: number) => readNumber(env, name, { fallback: 0, min: 0, max }, problems);
  const readiness = env.FAULT_READINESS ?? "";
  if (readiness !== "" && readiness !== "fail") {
    problems.push(`FAULT_READINESS: expected "fail" or nothing, got "${readiness}"`);
  }
  return {
    errorRate: number("FAULT_ERROR_RATE", 1),
    latencyMs: number("FAULT_LATENCY_MS", 600_000),
    memoryMb: number("FAULT_MEMORY_MB", 100_000),
    crashAfterS: env.FAULT_CRASH_AFTER_S ? number("FAULT_CRASH_AFTER_S", 86_400) : undefined,
    readinessFails: readiness === "fail",
    afterS: number("FAULT_AFTER_S", 86_400),
    afterRequests: number("FAULT_AFTER_REQUESTS", 1e9),
  };
}

/** Whether the faults have begun. */
export function faultsBegan(faults: FaultSettings, uptimeS: number, userRequests: number): boolean {
  return uptimeS >= faults.afterS && userRequests >= faults.afterRequests;
}

/** Health checks and scrapes are never counted or failed as user requests: a release can look well and be ill. */
export function isUserRequest(path: string): boolean {
  return path !== "/metrics" && path !== "/api/health" && !path.startsWith("/api/health/");
}
