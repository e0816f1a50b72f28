import { totalmem } from "node:os";
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";

export interface Metrics {
  readonly contentType: string;
  text(): Promise<string>;
  observe(method: string, route: string, status: number, seconds: number): void;
}

/** Requests by route and status, and the process's own memory, CPU and event loop. */
export function createMetrics(version: string, slot: string): Metrics {
  const registry = new Registry();
  registry.setDefaultLabels({ version, slot });
  collectDefaultMetrics({ register: registry });
  const names = ["method", "route", "status"] as const;
  const requests = new Counter({
    name: "http_requests_total",
    help: "Requests answered",
    labelNames: names,
    registers: [registry],
  });
  const duration = new Histogram({
    name: "http_request_duration_seconds",
    help: "Time from a request's head to its answer's end",
    labelNames: names,
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10],
    registers: [registry],
  });
  const limit = new Gauge({
    name: "process_memory_limit_bytes",
    help: "Memory that the container may use",
    registers: [registry],
  });
  limit.set(Math.min(process.constrainedMemory() || Infinity, totalmem())); // without a limit it says 0 or 2^64
  return {
    contentType: registry.contentType,
    text: () => registry.metrics(),
    observe(method, route, status, seconds) {
      requests.inc({ method, route, status });
      duration.observe({ method, route, status }, seconds);
    },
  };
}
