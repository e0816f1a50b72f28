import type { Rule } from "../rule.ts";

/** A metrics source knows of a host what its exporter tells: without one every look there would see nothing. */
export const metricsHaveExporters: Rule = {
  name: "metrics-have-exporters",
  check: ({ metrics, hosts }) => {
    if (metrics === undefined || metrics.source === "gateway") return [];
    return Object.entries(hosts)
      .filter(([, { exporter }]) => exporter === undefined)
      .map(([name]) => ({
        path: ["hosts", name, "exporter"],
        message: `expected an exporter, since users' requests are counted from ${metrics.source} (metrics.source)`,
      }));
  },
};
