import { describe, expect, it } from "vitest";
import type { Answer } from "../model/answer.ts";
import { healthSettings } from "../model/settings/health.ts";
import { judge, judgeMemory, memoryBound, probesOf, worst, type Check, type CheckResult } from "./health.ts";

const answered = (status: number, body = "", milliseconds = 10): Answer => ({
  kind: "answered",
  status,
  body,
  milliseconds,
});
const off = { readiness: false, database: false, performance: false } as const;

function check(settings: object, name: string, answer: Answer): Omit<Check, "name"> {
  const probe = probesOf(healthSettings.parse(settings)).find((one) => one.name === name);
  if (!probe) throw new Error(`no probe ${name}`);
  const { result, detail } = judge(probe, answer);
  return { result, detail };
}

describe("probesOf", () => {
  it("asks for everything that the settings name, in the order in which a person reads it", () => {
    const smoke = [{ path: "/login" }, { path: "/admin", status: 401 }];
    expect(probesOf(healthSettings.parse({ smoke })).map(({ name, path }) => [name, path])).toEqual([
      ["http", "/api/health"],
      ["readiness", "/api/health/ready"],
      ["database", "/api/health/db"],
      ["latency", "/"],
      ["smoke /login", "/login"],
      ["smoke /admin", "/admin"],
    ]);
  });

  it("asks for one request where everything else is left out", () => {
    expect(probesOf(healthSettings.parse(off)).map(({ name }) => name)).toEqual(["http"]);
  });
});

describe("judge", () => {
  const ready = { status: "ready", checks: { database: "healthy", cache: "healthy" } };
  const flat = { status: "ready", "checks.database": "healthy", "checks.cache": "healthy" };
  const expecting = (expect_: Record<string, unknown>) => ({ readiness: { expect: expect_ } });

  it.each<[string, object, string, Answer, CheckResult, string]>([
    ["an expected status", {}, "http", answered(200), "healthy", "status 200"],
    ["another status", {}, "http", answered(503), "unhealthy", "status 503, expected 200"],
    ["a redirect, which isn't followed", {}, "http", answered(301), "unhealthy", "status 301, expected 200"],
    ["a status of one's own", { http: { status: 204 } }, "http", answered(204), "healthy", "status 204"],
    ["no answer", {}, "http", { kind: "failed", reason: "refused" }, "unknown", "refused"],
    [
      "ready",
      {},
      "readiness",
      answered(200, JSON.stringify(ready)),
      "healthy",
      "status, checks.database, checks.cache",
    ],
    [
      "ready, with dots in keys",
      {},
      "readiness",
      answered(200, JSON.stringify(flat)),
      "healthy",
      "status, checks.database, checks.cache",
    ],
    [
      "ready by its body only",
      {},
      "readiness",
      answered(503, JSON.stringify(ready)),
      "unhealthy",
      "status 503, expected 2xx",
    ],
    ["no JSON", {}, "readiness", answered(200, "<html>"), "unhealthy", "status 200, and the body is not JSON"],
    ["JSON null", expecting({ a: 1 }), "readiness", answered(200, "null"), "unhealthy", "a is missing, expected 1"],
    ["another type", expecting({ a: 1 }), "readiness", answered(200, '{"a":"1"}'), "unhealthy", 'a is "1", expected 1'],
    [
      "an inherited field",
      expecting({ "constructor.name": "Object" }),
      "readiness",
      answered(200, "{}"),
      "unhealthy",
      'constructor.name is missing, expected "Object"',
    ],
    [
      "an element of a list",
      expecting({ "nodes.1.up": true }),
      "readiness",
      answered(200, '{"nodes":[{},{"up":true}]}'),
      "healthy",
      "nodes.1.up",
    ],
    [
      "the longest key that fits",
      expecting({ "a.b.c": 1 }),
      "readiness",
      answered(200, '{"a.b":{"c":1},"a":{"b":{"c":2}}}'),
      "healthy",
      "a.b.c",
    ],
    [
      "a shorter key where the longer one leads nowhere",
      expecting({ "a.b.c": 2 }),
      "readiness",
      answered(200, '{"a.b":{},"a":{"b":{"c":2}}}'),
      "healthy",
      "a.b.c",
    ],
    [
      "every field that is wrong",
      {},
      "readiness",
      answered(500, '{"status":"starting","checks":{"database":"healthy"}}'),
      "unhealthy",
      'status is "starting", expected "ready"; checks.cache is missing, expected "healthy"',
    ],
    ["a connected database", {}, "database", answered(200, '{"status":"connected"}'), "healthy", "status"],
    [
      "a lost database",
      {},
      "database",
      answered(200, '{"status":"lost"}'),
      "unhealthy",
      'status is "lost", expected "connected"',
    ],
    ["a fast answer", {}, "latency", answered(404, "", 1999), "healthy", "1999 ms (below 2000 ms is healthy)"],
    [
      "an answer just too slow",
      {},
      "latency",
      answered(200, "", 2000),
      "unhealthy",
      "2000 ms (below 2000 ms is healthy)",
    ],
    ["a fast error", {}, "latency", answered(500, "", 1), "unhealthy", "status 500"],
    [
      "a body that matches",
      { smoke: [{ path: "/x", body: "v[0-9]" }] },
      "smoke /x",
      answered(200, "is v1"),
      "healthy",
      "status 200",
    ],
    [
      "a body that doesn't",
      { smoke: [{ path: "/x", body: "v[0-9]" }] },
      "smoke /x",
      answered(200, "is v"),
      "unhealthy",
      "body does not match /v[0-9]/",
    ],
  ])("of %s", (_what, settings, name, answer, result, detail) => {
    expect(check(settings, name, answer)).toEqual({ result, detail });
  });
});

describe("judgeMemory", () => {
  const health = healthSettings.parse({});
  it.each<[string, number | null, CheckResult]>([
    ["little", 12, "healthy"],
    ["just below the limit", 79.99, "healthy"],
    ["at the limit", 80, "unhealthy"],
    ["nobody knows", null, "unknown"],
  ])("%s", (_what, percent, result) => {
    expect(judgeMemory(memoryBound(health) ?? 0, percent).result).toBe(result);
  });

  it.each([{ performance: false }, { performance: { maxMemoryPercent: false } }])("is left out by %j", (settings) => {
    expect(memoryBound(healthSettings.parse(settings))).toBeNull();
  });
});

describe("worst", () => {
  const of = (...results: CheckResult[]) => worst(results.map((result) => ({ name: "x", result, detail: "" })));
  it.each<[CheckResult[], CheckResult]>([
    [[], "unknown"],
    [["healthy", "healthy"], "healthy"],
    [["healthy", "unknown"], "unknown"],
    [["unknown", "unhealthy"], "unhealthy"],
  ])("of %j is %s", (results, expected) => {
    expect(of(...results)).toBe(expected);
  });
});
