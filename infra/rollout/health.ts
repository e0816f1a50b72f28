import type { Answer } from "../model/answer.ts";
import type { HealthSettings } from "../model/settings/health.ts";
import { parseJson } from "../model/json.ts";

export type CheckResult = "healthy" | "unhealthy" | "unknown";

/** One check with its outcome, in words that a person can act on. */
export interface Check {
  readonly name: string;
  readonly result: CheckResult;
  readonly detail: string;
}

/** One request that a health contract asks for, and how its answer is judged. */
export interface Probe {
  readonly name: string;
  readonly path: string;
  judge(answer: Extract<Answer, { kind: "answered" }>): Omit<Check, "name">;
}

/** The requests that settle a service's health contract, in the order in which a person reads them. */
export function probesOf(health: HealthSettings): readonly Probe[] {
  const probes: Probe[] = [statusProbe("http", health.http.path, health.http.status)];
  if (health.readiness) probes.push(fieldsProbe("readiness", health.readiness.path, health.readiness.expect));
  if (health.database) probes.push(fieldsProbe("database", health.database.path, health.database.expect));
  if (health.performance) probes.push(latencyProbe(health.performance.path, health.performance.maxLatencyMilliseconds));
  for (const { path, status, body } of health.smoke) probes.push(statusProbe(`smoke ${path}`, path, status, body));
  return probes;
}

/** An answer that never came is no evidence of health and none of illness: the check could not be made. */
export function judge(probe: Probe, answer: Answer): Check {
  if (answer.kind === "failed") return { name: probe.name, result: "unknown", detail: answer.reason };
  return { name: probe.name, ...probe.judge(answer) };
}

/** Percent of its memory limit below which the container has to stay; null where nobody asks. */
export function memoryBound({ performance }: HealthSettings): number | null {
  return performance && performance.maxMemoryPercent !== false ? performance.maxMemoryPercent : null;
}

/** Memory in use against the container's limit, in percent; null when the engine could not tell. */
export function judgeMemory(bound: number, percent: number | null): Check {
  const name = "memory";
  if (percent === null) return { name, result: "unknown", detail: "the engine reported no memory figures" };
  const detail = `${percent.toFixed(1)} % of the limit (below ${bound} % is healthy)`;
  return { name, result: percent < bound ? "healthy" : "unhealthy", detail };
}

/** Unhealthy when any check is, else unknown when any is: health needs every check. */
export function worst(checks: readonly Check[]): CheckResult {
  if (checks.some(({ result }) => result === "unhealthy")) return "unhealthy";
  if (checks.length === 0 || checks.some(({ result }) => result === "unknown")) return "unknown";
  return "healthy";
}

function statusProbe(name: string, path: string, expected: number, body?: string): Probe {
  const pattern = body === undefined ? null : new RegExp(body);
  return {
    name,
    path,
    judge({ status, body: text }) {
      if (status !== expected) return unhealthy(`status ${status}, expected ${expected}`);
      if (pattern && !pattern.test(text)) return unhealthy(`body does not match /${pattern.source}/`);
      return { result: "healthy", detail: `status ${status}` };
    },
  };
}

function fieldsProbe(name: string, path: string, expected: Record<string, string | number | boolean>): Probe {
  return {
    name,
    path,
    judge({ status, body }) {
      const document = parseJson(body);
      if (document === undefined) return unhealthy(`status ${status}, and the body is not JSON`);
      const wrong = Object.entries(expected).flatMap(([key, value]) => {
        const found = fieldAt(document, key);
        return found === value
          ? []
          : [`${key} is ${JSON.stringify(found) ?? "missing"}, expected ${JSON.stringify(value)}`];
      });
      if (wrong.length > 0) return unhealthy(wrong.join("; "));
      if (status < 200 || status > 299) return unhealthy(`status ${status}, expected 2xx`);
      return { result: "healthy", detail: Object.keys(expected).join(", ") };
    },
  };
}

function latencyProbe(path: string, limit: number): Probe {
  return {
    name: "latency",
    path,
    judge({ status, milliseconds }) {
      if (status >= 500) return unhealthy(`status ${status}`);
      const detail = `${Math.round(milliseconds)} ms (below ${limit} ms is healthy)`;
      return { result: milliseconds < limit ? "healthy" : "unhealthy", detail };
    },
  };
}

function unhealthy(detail: string): Omit<Check, "name"> {
  return { result: "unhealthy", detail };
}

/** The value at a dotted path. Keys may hold dots themselves: where several readings fit, the longest key wins. */
function fieldAt(document: unknown, path: string): unknown {
  if (typeof document !== "object" || document === null) return undefined;
  const fields = document as Record<string, unknown>;
  if (Object.hasOwn(fields, path)) return fields[path];
  for (let dot = path.lastIndexOf("."); dot > 0; dot = path.lastIndexOf(".", dot - 1)) {
    const head = path.slice(0, dot);
    const found = Object.hasOwn(fields, head) ? fieldAt(fields[head], path.slice(dot + 1)) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}
