import { afterEach, describe, expect, it } from "vitest";
import { between } from "../../analysis/counters/between.ts";
import { datadog, type DatadogOptions } from "./datadog.ts";
import { Answering } from "./testing/answering.ts";

let server: Answering | undefined;
afterEach(() => server?.stop());

const clock = { at: 1_700_000_000_000, now: () => clock.at };

async function asking(status: number, body: string | null) {
  server = new Answering();
  const url = await server.start(status, body);
  clock.at = 1_700_000_000_000;
  const options: DatadogOptions = {
    url,
    apiKey: "api",
    applicationKey: "application",
    namespace: "sluice",
    timeoutMs: 500,
    maxAgeMs: 120_000,
    environment: "prod",
    service: "org1/react-ui",
    clock,
  };
  return { source: datadog(options), server };
}

type Point = readonly [secondsAgo: number, value: number | null];

/** A series as the API's description has it. */
function series(index: number, tags: Readonly<Record<string, string>>, points: readonly Point[]) {
  const tagSet = Object.entries({ sluice_host: "host-a", ...tags }).map(([tag, value]) => `${tag}:${value}`);
  return {
    aggr: "sum",
    display_name: "sluice.requests.count",
    end: clock.at,
    expression: "sum:sluice.requests.count{...}",
    interval: 10,
    length: points.length,
    metric: "sluice.requests.count",
    pointlist: points.map(([secondsAgo, value]) => [clock.at - secondsAgo * 1000, value]),
    query_index: index,
    scope: tagSet.join(","),
    start: clock.at - 120_000,
    tag_set: tagSet,
    unit: null,
  };
}

const answer = (...all: readonly unknown[]) =>
  JSON.stringify({ status: "ok", res_type: "time_series", from_date: 1, to_date: 2, query: "", series: all });

describe("datadog", () => {
  it("asks one question, with both keys", async () => {
    const { source, server } = await asking(200, answer());
    expect(await source.read()).toEqual({ exporters: [] });
    const [asked] = server.asked;
    const url = new URL(asked?.request.url ?? "", "http://d");
    expect([asked?.request.method, url.pathname]).toEqual(["GET", "/api/v1/query"]);
    expect(Object.fromEntries(url.searchParams)).toEqual({
      from: "1699999880",
      to: "1700000000",
      query:
        "sum:sluice.requests.count{environment:prod,org:org1,service:react-ui} by {sluice_host,slot,class}.as_count().rollup(sum, 10)," +
        "sum:sluice.request_seconds.bucket{environment:prod,org:org1,service:react-ui} by {sluice_host,slot,upper_bound}.as_count().rollup(sum, 10)," +
        "sum:sluice.requests.count{environment:prod,org:_sluice,service:heartbeat} by {sluice_host}.as_count().rollup(sum, 10)",
    });
    expect(asked?.request.headers).toMatchObject({ "dd-api-key": "api", "dd-application-key": "application" });
  });

  it("sums up what came since its first question, whatever comes late", async () => {
    const { source, server } = await asking(200, "");
    const requests = { slot: "green", class: "2xx" };
    const beats = (...points: Point[]) => series(2, {}, points);
    server.body = answer(
      beats([50, 1]),
      series(0, requests, [
        [50, 5],
        [40, null],
      ]),
    );
    const first = await source.read();
    clock.at += 20_000;
    server.body = answer(
      beats([70, 1], [10, 1]),
      series(0, requests, [
        [70, 5],
        [60, 4],
        [10, 7],
      ]),
      series(0, { slot: "green", class: "5xx" }, [[10, 2]]),
      series(1, { slot: "green", upper_bound: "0.1" }, [[10, 6]]),
      series(1, { slot: "green", upper_bound: "inf" }, [[10, 13]]),
    );
    expect(between(first, await source.read(), ["host-a"])).toMatchObject({
      kind: "counted",
      slots: {
        blue: { requests: 0 },
        green: { requests: 13, errors: 2, latency: { boundsMilliseconds: [100], counts: [6, 7] } },
      },
    });
  });

  it("goes on with its sums when the time since the first question gets too long for one answer", async () => {
    const { source, server } = await asking(200, "");
    server.body = answer(series(2, {}, [[10, 1]]));
    let known = await source.read();
    let counted = 0;
    const froms: number[] = [];
    for (let hour = 1; hour <= 6; hour++) {
      clock.at += 3_600_000;
      // All that there is since the time that is asked for: ten requests and a heartbeat an hour.
      server.body = (url) => {
        const from = Number(url.searchParams.get("from"));
        froms.push(from);
        const seconds = Array.from({ length: hour }, (_, index) => 10 + (hour - 1 - index) * 3600);
        const points = (value: number) =>
          seconds.filter((ago) => clock.at / 1000 - ago >= from).map((ago): Point => [ago, value]);
        return answer(series(2, {}, points(1)), series(0, { slot: "blue", class: "2xx" }, points(10)));
      };
      const seen = between(known, await source.read(), ["host-a"]);
      known = seen.next;
      counted += seen.kind === "counted" ? seen.slots.blue.requests : 0;
    }
    const longest = Math.max(...froms.map((from, index) => 1_700_000_000 + (index + 1) * 3600 - from));
    expect(longest).toBeLessThan(12_000);
    expect(counted).toBe(60);
  });

  it("has no counters of a host whose newest point is too old", async () => {
    const { source } = await asking(200, "");
    if (server) server.body = answer(series(2, {}, [[121, 1]]), series(2, { sluice_host: "host-b" }, [[119, 1]]));
    expect((await source.read()).exporters.map(({ host }) => host)).toEqual(["host-b"]);
  });

  it.each([
    [403, JSON.stringify({ errors: ["Forbidden"] }), "Forbidden (status 403)"],
    [
      429,
      JSON.stringify({ errors: ["Rate limit of 100 requests in 3600 seconds reached"] }),
      "Rate limit of 100 requests",
    ],
    [
      200,
      JSON.stringify({ status: "error", error: "Rule 'query' didn't match" }),
      "Rule 'query' didn't match (status 200)",
    ],
    [502, "<html>bad gateway", "it answers with status 502: <html>bad gateway"],
    [200, "{}", "its answer is not that of Datadog's API: {}"],
  ])("says what went wrong: %d %s", async (status, body, message) => {
    const { source } = await asking(status, body);
    await expect(source.read()).rejects.toThrow(message);
  });
});

describe("datadog, asked for the days before", () => {
  it("asks for the service's days, and which hosts are counted just now", async () => {
    const { source, server } = await asking(200, "");
    server.body = (url) =>
      url.searchParams.get("query")?.includes("by {class}")
        ? answer(
            series(0, { class: "2xx" }, [
              [90_000, 900],
              [3_600, 50],
            ]),
            series(0, { class: "5xx" }, [[90_000, 50]]),
          )
        : answer(series(0, {}, [[10, 1]]), series(0, { sluice_host: "host-b" }, [[110, null]]));
    expect(await source.history(28)).toEqual({ requests: 1000, failed: 50, heard: ["host-a"] });
    const asked = server.asked.map(({ request }) => new URL(request.url ?? "", "http://d").searchParams);
    expect(asked.map((of) => Object.fromEntries(of))).toEqual([
      {
        from: "1697580800",
        to: "1700000000",
        query:
          "sum:sluice.requests.count{environment:prod,org:org1,service:react-ui} by {class}.as_count().rollup(sum, 14400)",
      },
      {
        from: "1699999880",
        to: "1700000000",
        query: "sum:sluice.requests.count{environment:prod} by {sluice_host}.as_count().rollup(sum, 10)",
      },
    ]);
  });

  it("knows nothing when it isn't answered", async () => {
    const { source } = await asking(403, JSON.stringify({ errors: ["Forbidden"] }));
    await expect(source.history(28)).rejects.toThrow("Forbidden (status 403)");
  });
});
