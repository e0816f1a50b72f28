import { z } from "zod";
import { secretReference } from "./secret.ts";

const baseUrl = z
  .string()
  .regex(
    /^https?:\/\/[^\s/?#@]+(\/[^\s?#]*)?$/,
    "expected an address such as http://prometheus.example.com:9090, without login (see `auth`), query or fragment",
  );

const maxAgeSeconds = (seconds: number) =>
  z
    .int()
    .min(5)
    .max(3600)
    .default(seconds)
    .describe("Samples older than these count as missing: by then several scrapes must have failed");

const timeoutSeconds = z.number().min(0.5).max(60).default(5).describe("Of one query");

/** Who asks a Prometheus that doesn't answer everybody. */
const prometheusAuth = z.discriminatedUnion("kind", [
  z
    .strictObject({ kind: z.literal("bearer"), token: secretReference.describe("The token") })
    .describe("`Authorization: Bearer <token>`"),
  z
    .strictObject({
      kind: z.literal("basic"),
      username: z
        .string()
        .regex(/^[^:\0-\x1f]+$/, "expected a name without a colon")
        .describe("The user"),
      password: secretReference.describe("Their password"),
    })
    .describe("`Authorization: Basic ...`"),
]);

/** Where users' requests are counted from while a rollout is under way. */
export const metricsSettings = z.discriminatedUnion("source", [
  z
    .strictObject({ source: z.literal("gateway") })
    .describe("Each gateway's access log, read through its host's shell at each look. Needs nothing else"),
  z
    .strictObject({
      source: z.literal("prometheus"),
      url: baseUrl.describe("Its address; `/api/v1/query` is added"),
      auth: prometheusAuth.optional().describe("How Sluice says who it is. Default: it doesn't"),
      headers: z
        .record(
          z.string().regex(/^[A-Za-z][A-Za-z0-9-]*$/, "expected the name of a header"),
          z.union([z.string(), secretReference], "expected a text or { secret: ... }"),
        )
        .default({})
        .describe("More headers, e.g. the tenant of a Mimir: `X-Scope-OrgID`"),
      labels: z
        .record(z.string().regex(/^[a-zA-Z_][a-zA-Z0-9_]*$/, "expected the name of a label"), z.string())
        .default({})
        .describe("Labels that the series must have, where one Prometheus has more than one of the same"),
      timeoutSeconds,
      maxAgeSeconds: maxAgeSeconds(30),
    })
    .describe("A Prometheus (or what answers its API) that scrapes the hosts' exporters"),
  z
    .strictObject({
      source: z.literal("datadog"),
      site: z
        .string()
        .regex(/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/, "expected a site, e.g. datadoghq.eu")
        .default("datadoghq.com")
        .describe("Datadog site; its API is at https://api.<site>"),
      url: baseUrl.optional().describe("Address of the API, for a proxy. Default: that of the site"),
      apiKey: secretReference.describe("API key"),
      applicationKey: secretReference.describe("Application key, with the scope `timeseries_query`"),
      namespace: z
        .string()
        .regex(/^[a-zA-Z][a-zA-Z0-9_.]*$/, "expected the `namespace` of the agent's OpenMetrics check")
        .default("sluice")
        .describe("`namespace` of the agent's OpenMetrics check: the first part of the metrics' names"),
      timeoutSeconds,
      maxAgeSeconds: maxAgeSeconds(120),
    })
    .describe("Datadog, whose agents scrape the hosts' exporters"),
]);

/** Counts the gateway's access log for Prometheus, or Datadog's agent, to scrape. */
export const exporterSettings = z.strictObject({
  image: z
    .string()
    .regex(/^[a-z0-9][^\s]*$/, "expected an image, e.g. registry.example.com/mtail@sha256:...")
    .describe("Image with mtail in it, best pinned by digest; docs/observing.md says how one is made"),
  address: z
    .ipv4("expected a numeric IPv4 address")
    .optional()
    .describe("Where it is scraped. Default: the host's `address`"),
  port: z.int().min(1).max(65_535).default(9190).describe("Port it is scraped at, `/metrics`"),
  binary: z
    .string()
    .regex(/^[A-Za-z0-9._/-]+$/, "expected a command, or a path in the image")
    .default("mtail")
    .describe("mtail in the image"),
  memoryMegabytes: z.int().min(16).max(65_536).default(128).describe("Memory limit, in MiB"),
  cpus: z.number().min(0.05).max(64).default(0.5).describe("CPU limit, in cores"),
});

export type MetricsSettings = z.infer<typeof metricsSettings>;
export type MetricsFrom<Source extends MetricsSettings["source"]> = Extract<MetricsSettings, { source: Source }>;
export type ExporterSettings = z.infer<typeof exporterSettings>;
