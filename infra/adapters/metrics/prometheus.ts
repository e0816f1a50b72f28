import { z } from "zod";
import type { MetricsPort } from "../../driver/ports.ts";
import { counterNames } from "../../gateway/exporter/names.ts";
import { UnknownError } from "../../model/errors.ts";
import { heartbeatName } from "../../model/reading.ts";
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
  const query = prometheusQuery(options);
  return {
    name: `Prometheus at ${options.url}`,
    maxAgeMs: options.maxAgeMs,
    read: async () => {
      const answer = await askJson({
        method: "POST",
        url: `${options.url.replace(/\/$/, "")}/api/v1/query`,
        headers: { "content-type": "application/x-www-form-urlencoded", ...options.headers },
        body: new URLSearchParams({ query, timeout: `${options.timeoutMs}ms` }).toString(),
        timeoutMs: options.timeoutMs,
      });
      return readingOf(options.service, samplesOf(answer));
    },
  };
}

export function prometheusQuery({ labels, environment, service: name, maxAgeMs }: PrometheusOptions): string {
  const { org, service } = parseServiceName(name);
  const matchers = [
    `__name__=~${quoted(`${counterNames.requests}|${counterNames.seconds}_bucket`)}`,
    ...Object.entries({ ...labels, environment }).map(([label, value]) => `${label}=${quoted(value)}`),
    `org=~${quoted(`${org}|${heartbeatName.org}`)}`,
    `service=~${quoted(`${service}|${heartbeatName.service}`)}`,
  ];
  return `{${matchers.join(",")}}[${maxAgeMs}ms]`;
}

function quoted(text: string): string {
  return JSON.stringify(text);
}

const failure = z.object({ status: z.literal("error"), errorType: z.string(), error: z.string() });
const success = z.object({
  status: z.literal("success"),
  warnings: z.array(z.string()).default([]),
  data: z.object({
    resultType: z.literal("matrix"),
    result: z.array(
      z.object({
        metric: z.record(z.string(), z.string()),
        values: z.array(z.tuple([z.number(), z.string()])).default([]),
      }),
    ),
  }),
});

/** @throws UnknownError in the source's words. A warning means that some of the data is missing: half is not enough. */
function samplesOf({ status, document, text }: JsonAnswer): readonly Sample[] {
  const failed = failure.safeParse(document);
  if (failed.success) throw new UnknownError(`${failed.data.errorType}: ${failed.data.error} (status ${status})`);
  if (status !== 200) throw new UnknownError(`it answers with status ${status}${text ? `: ${text}` : ""}`);
  const answer = success.safeParse(document);
  if (!answer.success) throw new UnknownError(`its answer is not that of Prometheus' API: ${text}`);
  const { warnings, data } = answer.data;
  if (warnings.length > 0) throw new UnknownError(`it answers with a part of the data only: ${warnings.join("; ")}`);
  return data.result.flatMap(({ metric, values }) => {
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
