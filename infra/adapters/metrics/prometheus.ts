import { z } from "zod";
import type { MetricsPort } from "../../driver/ports.ts";
import { counterNames } from "../../gateway/exporter/names.ts";
import { UnknownError } from "../../model/errors.ts";
import { heartbeatName, type RequestHistory } from "../../model/reading.ts";
import { parseServiceName } from "../../model/service-name.ts";
import { askJson, type JsonAnswer } from "../json-request.ts";
import { readingOf, type Sample } from "./samples.ts";

export interface PrometheusOptions {
  readonly url: string;
  /** With the login, where one is needed. */
  readonly headers: Readonly<Record<string, string>>;
  /** Labels that the series must have. */
  readonly labels: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly maxAgeMs: number;
  readonly environment: string;
  /** `org1/react-ui` */
  readonly service: string;
}

/** Labels of ours; the others tell exporters apart. */
const ownLabels = ["__name__", "environment", "host", "org", "service", "slot", "class", "le"];

/**
 * Counters by Prometheus' HTTP API, or what speaks it: Thanos, Mimir, VictoriaMetrics.
 *
 * The samples themselves are asked for, not `increase()`: that extrapolates to what may have been, in parts of requests,
 * and doesn't see a series' first value. One question, so that all are of one moment.
 */
export function prometheus(options: PrometheusOptions): MetricsPort {
  const ask = (query: string) =>
    askJson({
      method: "POST",
      url: `${options.url.replace(/\/$/, "")}/api/v1/query`,
      headers: { "content-type": "application/x-www-form-urlencoded", ...options.headers },
      body: new URLSearchParams({ query, timeout: `${options.timeoutMs}ms` }).toString(),
      timeoutMs: options.timeoutMs,
    });
  return {
    name: `Prometheus at ${options.url}`,
    maxAgeMs: options.maxAgeMs,
    read: async () => readingOf(options.service, samplesOf(await ask(prometheusQuery(options)))),
    history: async (days) => historyOf(resultOf(await ask(historyQuery(options, days)), vector)),
  };
}

export function prometheusQuery({ labels, environment, service: name, maxAgeMs }: PrometheusOptions): string {
  const { org, service } = parseServiceName(name);
  const matchers = [
    `__name__=~${quoted(`${counterNames.requests}|${counterNames.seconds}_bucket`)}`,
    ...matchersOf({ ...labels, environment }),
    `org=~${quoted(`${org}|${heartbeatName.org}`)}`,
    `service=~${quoted(`${service}|${heartbeatName.service}`)}`,
  ];
  return `{${matchers.join(",")}}[${maxAgeMs}ms]`;
}

/**
 * Requests by class, and the hosts of which there is something recent. `increase()` doesn't see the first value of a series
 * that began within the days, which may be a burst of failures: it is added.
 */
export function historyQuery(
  { labels, environment, service: name, maxAgeMs }: PrometheusOptions,
  days: number,
): string {
  const all = matchersOf({ ...labels, environment });
  const { org, service } = parseServiceName(name);
  const own = `${counterNames.requests}{${[...all, ...matchersOf({ org, service })].join(",")}}`;
  const since = `increase(${own}[${days}d])`;
  const begun = `(min_over_time(${own}[${days}d]) unless ${own} offset ${days}d)`;
  const recent = `count_over_time(${counterNames.requests}{${all.join(",")}}[${maxAgeMs}ms])`;
  return `sum by (class) (${since} + ${begun} or ${since} or ${begun}) or count by (host) (${recent})`;
}

function matchersOf(labels: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(labels).map(([label, value]) => `${label}=${quoted(value)}`);
}

function quoted(text: string): string {
  return JSON.stringify(text);
}

const failure = z.object({ status: z.literal("error"), errorType: z.string(), error: z.string() });
const sample = z.tuple([z.number(), z.string()]);
const metric = z.record(z.string(), z.string());
const matrix = z.object({
  resultType: z.literal("matrix"),
  result: z.array(z.object({ metric, values: z.array(sample).default([]) })),
});
const vector = z.object({ resultType: z.literal("vector"), result: z.array(z.object({ metric, value: sample })) });

/** @throws UnknownError in the source's words. A warning means that some of the data is missing: half is not enough. */
function resultOf<Data extends { readonly result: unknown }>(
  { status, document, text }: JsonAnswer,
  schema: z.ZodType<Data>,
): Data["result"] {
  const failed = failure.safeParse(document);
  if (failed.success) throw new UnknownError(`${failed.data.errorType}: ${failed.data.error} (status ${status})`);
  if (status !== 200) throw new UnknownError(`it answers with status ${status}${text ? `: ${text}` : ""}`);
  const success = z.object({ status: z.literal("success"), warnings: z.array(z.string()).default([]), data: schema });
  const answer = success.safeParse(document);
  if (!answer.success) throw new UnknownError(`its answer is not that of Prometheus' API: ${text}`);
  const { warnings, data } = answer.data;
  if (warnings.length > 0) throw new UnknownError(`it answers with a part of the data only: ${warnings.join("; ")}`);
  return data.result;
}

function samplesOf(answer: JsonAnswer): readonly Sample[] {
  return resultOf(answer, matrix).flatMap(({ metric, values }) => {
    const last = values.at(-1);
    const value = Number(last?.[1]);
    if (!last || !Number.isFinite(value)) return [];
    const others = Object.entries(metric).filter(([label]) => !ownLabels.includes(label));
    return [
      {
        origin: others
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([label, of]) => `${label}=${of}`)
          .join(","),
        at: Math.round(last[0] * 1000),
        value,
        counter: metric["__name__"] === counterNames.requests ? "requests" : "seconds",
        labels: metric,
      } satisfies Sample,
    ];
  });
}

/** @throws UnknownError when a number isn't one: what isn't known is no success. */
function historyOf(result: z.infer<typeof vector>["result"]): RequestHistory {
  const classes = result.filter(({ metric }) => metric["class"] !== undefined);
  const sum = (of: typeof result) => of.reduce((total, { value }) => total + Number(value[1]), 0);
  const [requests, failed] = [sum(classes), sum(classes.filter(({ metric }) => metric["class"] === "5xx"))];
  if (!Number.isFinite(requests)) throw new UnknownError("it answers with what is no number of requests");
  const heard = result.flatMap(({ metric }) => metric["host"] ?? []);
  return { requests: Math.round(requests), failed: Math.round(failed), heard };
}
