import { describe, expect, it } from "vitest";
import { findings } from "../testing/sample.ts";
import { metricsHaveExporters } from "./metrics-have-exporters.ts";

const exporter = { image: "mtail@sha256:1" };
const metrics = { source: "prometheus", url: "http://prometheus:9090" };

describe(metricsHaveExporters.name, () => {
  it("asks for no exporter where the gateways' own logs are read", () => {
    expect(findings(metricsHaveExporters)).toEqual([]);
  });

  it("accepts a source when each host has an exporter", () => {
    expect(
      findings(metricsHaveExporters, { metrics, hosts: { "host-a": { exporter }, "host-b": { exporter } } }),
    ).toEqual([]);
  });

  it("names each host without one", () => {
    expect(findings(metricsHaveExporters, { metrics, hosts: { "host-a": { exporter } } })).toEqual([
      "hosts.host-b.exporter: expected an exporter, since users' requests are counted from prometheus (metrics.source)",
    ]);
  });
});
