import { afterEach, describe, expect, it } from "vitest";
import { historyQuery, prometheus, prometheusQuery, type PrometheusOptions } from "./prometheus.ts";
import { Answering, type Asked } from "./testing/answering.ts";

let server: Answering | undefined;
afterEach(() => server?.stop());

async function answering(status: number, body: string | null): Promise<{ url: string; asked: readonly Asked[] }> {
  server = new Answering();
  return { url: await server.start(status, body), asked: server.asked };
}

const optionsFor = (url: string): PrometheusOptions => ({
  url,
  headers: {},
  labels: {},
  timeoutMs: 500,
  maxAgeMs: 30_000,
  environment: "prod",
  service: "org1/react-ui",
});

const series = (metric: Record<string, string>, ...values: readonly (readonly [number, string])[]) => ({
  metric,
  values,
});
const common = { environment: "prod", host: "host-a", instance: "10.0.0.1:9190", job: "sluice" };
const ofService = { ...common, org: "org1", service: "react-ui" };
const requests = (slot: string, status: string) => ({
  ...ofService,
  __name__: "sluice_requests_total",
  slot,
  class: status,
});
const bucket = (slot: string, le: string) => ({ ...ofService, __name__: "sluice_request_seconds_bucket", slot, le });
const beat = {
  ...common,
  __name__: "sluice_requests_total",
  org: "_sluice",
  service: "heartbeat",
  slot: "",
  class: "2xx",
};
const matrix = (result: readonly unknown[], more = {}) =>
  JSON.stringify({ status: "success", data: { resultType: "matrix", result }, ...more });

describe("prometheus", () => {
  it("asks one question, by POST, with its headers", async () => {
    const { url, asked } = await answering(200, matrix([]));
    const options = { ...optionsFor(`${url}/`), headers: { authorization: "Bearer t" }, labels: { cluster: 'a"b' } };
    expect(await prometheus(options).read()).toEqual({ exporters: [] });
    const [{ request, body } = { request: undefined, body: "" }] = asked;
    expect([request?.method, request?.url, request?.headers.authorization]).toEqual([
      "POST",
      "/api/v1/query",
      "Bearer t",
    ]);
    expect(new URLSearchParams(body).get("query")).toBe(
      '{__name__=~"sluice_requests_total|sluice_request_seconds_bucket",cluster="a\\"b",environment="prod",' +
        'org=~"org1|_sluice",service=~"react-ui|heartbeat"}[30000ms]',
    );
  });

  it("reads each exporter's newest samples, and none that it has no more", async () => {
    const { url } = await answering(
      200,
      matrix([
        series(beat, [100, "3"], [105.5, "4"]),
        series(requests("green", "2xx"), [100, "7"], [105.5, "9"]),
        series(requests("green", "5xx"), [105.5, "2"]),
        series(requests("blue", "2xx"), [100, "70"]),
        series(bucket("green", "0.1"), [105.5, "6"]),
        series(bucket("green", "+Inf"), [105.5, "11"]),
        series({ ...requests("green", "2xx"), host: "host-b", instance: "b:9190" }, [104, "1"]),
      ]),
    );
    const none = { requests: 0, errors: 0, buckets: [] };
    expect(await prometheus(optionsFor(url)).read()).toEqual({
      exporters: [
        {
          host: "host-a",
          origin: "instance=10.0.0.1:9190,job=sluice",
          at: 105_500,
          heartbeats: 4,
          slots: {
            blue: none,
            green: {
              requests: 11,
              errors: 2,
              buckets: [
                { milliseconds: 100, count: 6 },
                { milliseconds: Infinity, count: 11 },
              ],
            },
          },
        },
        {
          host: "host-b",
          origin: "instance=b:9190,job=sluice",
          at: 104_000,
          heartbeats: 0,
          slots: { blue: none, green: { requests: 1, errors: 0, buckets: [] } },
        },
      ],
    });
  });

  it.each([
    [
      400,
      JSON.stringify({ status: "error", errorType: "bad_data", error: "parse error" }),
      "bad_data: parse error (status 400)",
    ],
    [
      503,
      JSON.stringify({ status: "error", errorType: "timeout", error: "query timed out" }),
      "timeout: query timed out (status 503)",
    ],
    [401, "Unauthorized\n", "it answers with status 401: Unauthorized"],
    [502, "", "it answers with status 502"],
    [200, "<html>", "its answer is not that of Prometheus' API: <html>"],
    [
      200,
      JSON.stringify({ status: "success", data: { resultType: "vector", result: [] } }),
      "its answer is not that of Prometheus' API",
    ],
    [200, matrix([], { warnings: ["store-1 is away"] }), "it answers with a part of the data only: store-1 is away"],
  ])("says what went wrong: %d %s", async (status, body, message) => {
    const { url } = await answering(status, body);
    await expect(prometheus(optionsFor(url)).read()).rejects.toThrow(message);
  });

  it("says when nobody answers in time, or at all", async () => {
    const { url } = await answering(200, null);
    await expect(prometheus(optionsFor(url)).read()).rejects.toThrow("no answer within 500 ms");
    server?.stop();
    await expect(prometheus(optionsFor(url)).read()).rejects.toThrow(/ECONNREFUSED/);
  });

  it("takes no number for a counter that is none", async () => {
    const { url } = await answering(200, matrix([series(beat, [1, "NaN"]), series(beat, [1, "2"])]));
    expect(await prometheus(optionsFor(url)).read()).toMatchObject({ exporters: [{ heartbeats: 2 }] });
  });

  it("asks for a service's own series only", () => {
    expect(prometheusQuery(optionsFor("http://p"))).toContain('org=~"org1|_sluice"');
  });
});

describe("prometheus, asked for the days before", () => {
  const one = (metric: Record<string, string>, value: string) => ({ metric, value: [105.5, value] });
  const vector = (result: readonly unknown[], more = {}) =>
    JSON.stringify({ status: "success", data: { resultType: "vector", result }, ...more });

  it("asks one question, of all slots' requests and of hosts that are counted", async () => {
    const { url, asked } = await answering(200, vector([]));
    const options = { ...optionsFor(url), labels: { cluster: "a" } };
    expect(await prometheus(options).history(28)).toEqual({ requests: 0, failed: 0, heard: [] });
    const own = 'sluice_requests_total{cluster="a",environment="prod",org="org1",service="react-ui"}';
    const [since, begun] = [`increase(${own}[28d])`, `(min_over_time(${own}[28d]) unless ${own} offset 28d)`];
    expect(new URLSearchParams(asked[0]?.body).get("query")).toBe(
      `sum by (class) (${since} + ${begun} or ${since} or ${begun}) or ` +
        'count by (host) (count_over_time(sluice_requests_total{cluster="a",environment="prod"}[30000ms]))',
    );
    expect(historyQuery(options, 7)).toContain("[7d]");
  });

  it("adds the classes up, and says who is heard of", async () => {
    const classes = [one({ class: "2xx" }, "900.4"), one({ class: "4xx" }, "50"), one({ class: "5xx" }, "49.8")];
    const { url } = await answering(200, vector([...classes, one({ host: "host-a" }, "12"), one({ host: "b" }, "1")]));
    expect(await prometheus(optionsFor(url)).history(28)).toEqual({
      requests: 1000,
      failed: 50,
      heard: ["host-a", "b"],
    });
  });

  it.each([
    [
      503,
      JSON.stringify({ status: "error", errorType: "timeout", error: "timed out" }),
      "timeout: timed out (status 503)",
    ],
    [200, matrix([]), "its answer is not that of Prometheus' API"],
    [200, vector([], { warnings: ["store-1 is away"] }), "it answers with a part of the data only: store-1 is away"],
    [200, vector([one({ class: "5xx" }, "NaN")]), "it answers with what is no number of requests"],
  ])("knows nothing when %d %s", async (status, body, message) => {
    const { url } = await answering(status, body);
    await expect(prometheus(optionsFor(url)).history(28)).rejects.toThrow(message);
  });
});
