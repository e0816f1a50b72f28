import { describe, expect, it } from "vitest";
import { watchSettings } from "../model/settings/health.ts";
import { judgeWatch, type Figures } from "./verdict.ts";

const watch = watchSettings.parse({});
const few = (requests: number) => ({
  kind: "unknown",
  reason: `only ${requests} requests were seen (at least 20 are evidence)`,
});

describe("judgeWatch", () => {
  it.each<[string, Figures, object]>([
    ["all well", { requests: 20, errorPercent: 0, p95Milliseconds: 10 }, { kind: "healthy" }],
    ["at both limits", { requests: 20, errorPercent: 5, p95Milliseconds: 2000 }, { kind: "healthy" }],
    ["too few requests, however bad", { requests: 19, errorPercent: 100, p95Milliseconds: 9999 }, few(19)],
    ["no requests", { requests: 0, errorPercent: null, p95Milliseconds: null }, few(0)],
    ["only streams, which have no duration", { requests: 50, errorPercent: 0, p95Milliseconds: null }, few(50)],
    [
      "just too many errors",
      { requests: 1000, errorPercent: 5.1, p95Milliseconds: 10 },
      { kind: "unhealthy", reason: "5.1 % of 1000 requests failed (above 5 % goes back)" },
    ],
    [
      "just too slow",
      { requests: 20, errorPercent: 0, p95Milliseconds: 2001 },
      { kind: "unhealthy", reason: "p95 is 2001 ms (above 2000 ms goes back)" },
    ],
    [
      "both",
      { requests: 20, errorPercent: 50, p95Milliseconds: 3000 },
      {
        kind: "unhealthy",
        reason: "50.0 % of 20 requests failed (above 5 % goes back); p95 is 3000 ms (above 2000 ms goes back)",
      },
    ],
  ])("%s", (_what, figures, expected) => {
    expect(judgeWatch(watch, figures)).toEqual(expected);
  });
});
