import { type Database, openDatabase } from "./database.ts";
import { faultsBegan } from "./faults.ts";
import type { Log } from "./log.ts";
import { createMetrics, type Metrics } from "./metrics.ts";
import type { Settings } from "./settings.ts";
import type { StaticFile } from "./static-files.ts";

export interface Readiness {
  readonly ready: boolean;
  readonly status: "ready" | "not ready" | "draining";
  readonly checks: { readonly database: "healthy" | "unhealthy"; readonly cache: "healthy" | "unhealthy" };
}

/** Everything that the handlers share. */
export interface Service {
  readonly settings: Settings;
  readonly files: ReadonlyMap<string, StaticFile>;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly database: Database;
  readonly startedAt: Date;
  /** Aborted once no more connections are accepted: streams without an end then end themselves. */
  readonly stopping: AbortSignal;
  readonly random: () => number;
  /** User requests so far. */
  requests: number;
  draining: boolean;
  faulty(): boolean;
  databaseAnswers(): boolean;
  readiness(): Readiness;
}

export interface ServiceParts {
  readonly settings: Settings;
  readonly files: ReadonlyMap<string, StaticFile>;
  readonly log: Log;
  readonly stopping: AbortSignal;
  readonly random: () => number;
  readonly now: () => Date;
}

export function createService({ now, ...parts }: ServiceParts): Service {
  const { settings } = parts;
  const cache = new Map<string, number>();
  const startedAt = now();
  return {
    ...parts,
    metrics: createMetrics(settings.version, settings.slot),
    database: openDatabase(),
    startedAt,
    requests: 0,
    draining: false,
    faulty() {
      return faultsBegan(settings.faults, (now().getTime() - startedAt.getTime()) / 1_000, this.requests);
    },
    databaseAnswers() {
      try {
        this.database.ping();
        return true;
      } catch (error) {
        this.log("error", "database check failed", { error: String(error) });
        return false;
      }
    },
    readiness() {
      const failed = settings.faults.readinessFails && this.faulty();
      const database = this.databaseAnswers() && !failed;
      const written = now().getTime();
      const cached = cache.set("probe", written).get("probe") === written;
      const ready = database && cached && !this.draining;
      return {
        ready,
        status: this.draining ? "draining" : ready ? "ready" : "not ready",
        checks: { database: database ? "healthy" : "unhealthy", cache: cached ? "healthy" : "unhealthy" },
      };
    },
  };
}
