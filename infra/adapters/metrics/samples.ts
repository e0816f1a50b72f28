import {
  type Bucket,
  type ExporterReading,
  heartbeatName,
  type Reading,
  type SlotCounters,
} from "../../model/reading.ts";
import { parseServiceName } from "../../model/service-name.ts";
import { type SlotName, slotNames } from "../../model/slot.ts";

/** One counter of one exporter, as it was scraped last. */
export interface Sample {
  /** Whatever the exporter's series are told apart by from those of another one. */
  readonly origin: string;
  readonly at: number;
  readonly value: number;
  readonly counter: "requests" | "seconds";
  readonly labels: Readonly<Record<string, string | undefined>>;
}

/**
 * What the samples tell of a service. An exporter's samples of one scrape have one time: a series whose newest sample is
 * older than that is one that the exporter has no more.
 */
export function readingOf(service: string, samples: readonly Sample[]): Reading {
  const groups = Map.groupBy(samples, ({ origin, labels }) => JSON.stringify([labels["host"], origin]));
  const exporters = [...groups.values()].flatMap((group) => exporterReading(service, group) ?? []);
  return { exporters };
}

function exporterReading(service: string, group: readonly Sample[]): ExporterReading | null {
  const host = group[0]?.labels["host"];
  if (host === undefined) return null;
  const at = Math.max(...group.map((sample) => sample.at));
  const now = group.filter((sample) => sample.at === at);
  const own = now.filter(belongsTo(parseServiceName(service)));
  const beats = now.filter(belongsTo(heartbeatName)).filter(({ counter }) => counter === "requests");
  const slot = (name: SlotName) => slotCounters(own.filter(({ labels }) => labels["slot"] === name));
  const [blue, green] = slotNames.map(slot);
  const empty = slotCounters([]);
  return {
    host,
    origin: group[0]?.origin ?? "",
    at,
    heartbeats: sum(beats),
    slots: { blue: blue ?? empty, green: green ?? empty },
  };
}

function belongsTo({ org, service }: { readonly org: string; readonly service: string }) {
  return ({ labels }: Sample) => labels["org"] === org && labels["service"] === service;
}

function slotCounters(samples: readonly Sample[]): SlotCounters {
  const requests = samples.filter(({ counter }) => counter === "requests");
  const bounds = Map.groupBy(
    samples.filter(({ counter, labels }) => counter === "seconds" && labels["le"] !== undefined),
    ({ labels }) => millisecondsOf(labels["le"] ?? ""),
  );
  const buckets: Bucket[] = [...bounds]
    .map(([milliseconds, parts]) => ({ milliseconds, count: sum(parts) }))
    .sort((a, b) => a.milliseconds - b.milliseconds);
  return { requests: sum(requests), errors: sum(requests.filter(({ labels }) => labels["class"] === "5xx")), buckets };
}

/** A bucket's bound: `0.25`, `+Inf`. Datadog writes `inf`. */
function millisecondsOf(le: string): number {
  return /^\+?inf$/i.test(le) ? Infinity : Math.round(Number(le) * 1_000_000) / 1000;
}

function sum(samples: readonly Sample[]): number {
  return Math.round(samples.reduce((total, { value }) => total + value, 0));
}
