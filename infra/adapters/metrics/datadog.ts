import { z } from "zod";
import type { Clock, MetricsPort } from "../../driver/ports.ts";
import { UnknownError } from "../../model/errors.ts";
import { heartbeatName } from "../../model/reading.ts";
import { parseServiceName } from "../../model/service-name.ts";
import { askJson, type JsonAnswer } from "../json-request.ts";
import { readingOf, type Sample } from "./samples.ts";

export interface DatadogOptions {
  /** Of the API: `https://api.datadoghq.eu` */
  readonly url: string;
  readonly apiKey: string;
  readonly applicationKey: string;
  /** First part of the metrics' names. */
  readonly namespace: string;
  readonly timeoutMs: number;
  readonly maxAgeMs: number;
  readonly environment: string;
  /** `org1/react-ui` */
  readonly service: string;
  readonly clock: Pick<Clock, "now">;
}

/** Seconds in a point. Datadog answers 1,500 of them at most: what is older than an hour is summed up and left behind. */
const rollup = 10;
const longestMs = 2 * 3_600_000;
const keptMs = 3_600_000;

/**
 * Counters by Datadog's API (v1 query), as its agent's OpenMetrics check reports them.
 *
 * The agent sends what came to a counter since it looked before, and Datadog may get that late. So a counter is the sum of
 * all that came since the first question: whatever comes late is in the next sum.
 */
export function datadog(options: DatadogOptions): MetricsPort {
  const { url, timeoutMs, maxAgeMs, clock } = options;
  const query = datadogQuery(options);
  const before = new Map<string, number>();
  let from: number | null = null;
  const ask = async (query: string, from: number, now: number) => {
    const span = { from: String(Math.floor(from / 1000)), to: String(Math.ceil(now / 1000)) };
    const answer = await askJson({
      method: "GET",
      url: `${url.replace(/\/$/, "")}/api/v1/query?${new URLSearchParams({ ...span, query }).toString()}`,
      headers: { "dd-api-key": options.apiKey, "dd-application-key": options.applicationKey },
      timeoutMs,
    });
    return seriesOf(answer);
  };
  return {
    name: `Datadog at ${url}`,
    maxAgeMs,
    read: async () => {
      const now = clock.now();
      from ??= now - maxAgeMs;
      const series = await ask(query, from, now);
      const samples = samplesOf(options, series, before, now - maxAgeMs);
      if (now - from > longestMs) {
        const to = now - keptMs;
        for (const one of series) before.set(keyOf(one), (before.get(keyOf(one)) ?? 0) + sumOf(one, to));
        from = to;
      }
      return readingOf(options.service, samples);
    },
    history: async (days) => {
      const now = clock.now();
      const { past, recent } = historyQueries(options);
      // Two questions: an answer has 1,500 points at most, too few for days in tens of seconds.
      const classes = await ask(past, now - days * 86_400_000, now);
      const hosts = await ask(recent, now - maxAgeMs, now);
      const sum = (of: readonly Series[]) => of.reduce((total, one) => total + sumOf(one), 0);
      return {
        requests: Math.round(sum(classes)),
        failed: Math.round(sum(classes.filter((one) => tagsOf(one)["class"] === "5xx"))),
        heard: hosts.flatMap((one) => (sumOf(one) > 0 ? (tagsOf(one)["sluice_host"] ?? []) : [])),
      };
    },
  };
}

/** Requests by class in parts of four hours, and those of all services by host just now. */
export function historyQueries({ namespace, environment, service: name }: DatadogOptions) {
  const { org, service } = parseServiceName(name);
  const requests = `sum:${namespace}.requests.count`;
  const of = `environment:${environment},org:${org},service:${service}`;
  return {
    past: `${requests}{${of}} by {class}.as_count().rollup(sum, 14400)`,
    recent: `${requests}{environment:${environment}} by {sluice_host}.as_count().rollup(sum, ${rollup})`,
  };
}

/** Three questions in one: requests, times, heartbeats. The agent keeps `host` for itself, so ours is `sluice_host`. */
export function datadogQuery({ namespace, environment, service: name }: DatadogOptions): string {
  const of = (service: { org: string; service: string }) =>
    `{environment:${environment},org:${service.org},service:${service.service}}`;
  const ask = (metric: string, service: { org: string; service: string }, ...by: readonly string[]) =>
    `sum:${namespace}.${metric}${of(service)} by {${["sluice_host", ...by].join(",")}}.as_count().rollup(sum, ${rollup})`;
  const own = parseServiceName(name);
  return [
    ask("requests.count", own, "slot", "class"),
    ask("request_seconds.bucket", own, "slot", "upper_bound"),
    ask("requests.count", heartbeatName),
  ].join(",");
}

const series = z.object({
  query_index: z.int().min(0).max(2),
  tag_set: z.array(z.string()),
  pointlist: z.array(z.tuple([z.number(), z.number().nullable()])),
});
const success = z.object({ status: z.literal("ok"), series: z.array(series) });
const failure = z.object({ status: z.literal("error"), error: z.string() });
const refusal = z.object({ errors: z.array(z.string()).min(1) });

type Series = z.infer<typeof series>;

/** @throws UnknownError in the source's words. */
function seriesOf({ status, document, text }: JsonAnswer): readonly Series[] {
  const refused = refusal.safeParse(document);
  if (refused.success) throw new UnknownError(`${refused.data.errors.join("; ")} (status ${status})`);
  const failed = failure.safeParse(document);
  if (failed.success) throw new UnknownError(`${failed.data.error} (status ${status})`);
  if (status !== 200) throw new UnknownError(`it answers with status ${status}${text ? `: ${text}` : ""}`);
  const answer = success.safeParse(document);
  if (!answer.success) throw new UnknownError(`its answer is not that of Datadog's API: ${text}`);
  return answer.data.series;
}

/** A host's counters are as new as its newest point, and missing when that is too old. */
function samplesOf(
  { environment, service: name }: DatadogOptions,
  all: readonly Series[],
  before: ReadonlyMap<string, number>,
  oldest: number,
): readonly Sample[] {
  const own = parseServiceName(name);
  const newest = new Map<string, number>();
  for (const one of all) {
    const host = tagsOf(one)["sluice_host"] ?? "";
    const last = one.pointlist.findLast(([, value]) => value !== null)?.[0] ?? 0;
    newest.set(host, Math.max(newest.get(host) ?? 0, last));
  }
  return all.flatMap((one) => {
    const { sluice_host: host, upper_bound: le, ...tags } = tagsOf(one);
    const at = newest.get(host ?? "") ?? 0;
    if (host === undefined || at < oldest) return [];
    const labels = { ...tags, environment, host, le, ...(one.query_index === 2 ? heartbeatName : own) };
    const value = (before.get(keyOf(one)) ?? 0) + sumOf(one);
    return [
      { origin: "", at, value, counter: one.query_index === 1 ? "seconds" : "requests", labels } satisfies Sample,
    ];
  });
}

function tagsOf({ tag_set: tags }: Series): Record<string, string | undefined> {
  return Object.fromEntries(tags.map((tag) => [tag.slice(0, tag.indexOf(":")), tag.slice(tag.indexOf(":") + 1)]));
}

function keyOf({ query_index: index, tag_set: tags }: Series): string {
  return JSON.stringify([index, ...[...tags].sort()]);
}

function sumOf({ pointlist }: Series, before = Infinity): number {
  return pointlist.reduce((sum, [at, value]) => (at < before ? sum + (value ?? 0) : sum), 0);
}
