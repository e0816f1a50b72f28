import { expect, it } from "vitest";
import { judgeOwn, type OwnRequests } from "./own-requests.ts";

const limits = { maxErrorPercent: 5, maxP95Milliseconds: 2_000 };
const well: OwnRequests = { slot: "green", answered: 20, errors: 0, unanswered: 0, p95Milliseconds: 20 };
const settled: OwnRequests = { ...well, slot: "blue" };
const silent = { answered: 0, unanswered: 20, p95Milliseconds: null };

it.each<[string, Partial<OwnRequests>, Partial<OwnRequests> | null, string | null]>([
  ["says nothing when nothing was asked", { answered: 0, p95Milliseconds: null }, {}, null],
  ["is healthy when the candidate answers well", {}, {}, "healthy"],
  ["is healthy however the settled slot fares", {}, silent, "healthy"],
  ["bears a failure below the limit", { answered: 19, unanswered: 1 }, {}, "healthy"],
  ["bears one that got lost, of however few", { answered: 2, unanswered: 1 }, {}, "healthy"],
  ["is unhealthy when only the candidate fails", { errors: 2 }, {}, "unhealthy"],
  ["is unhealthy when only the candidate is silent", silent, {}, "unhealthy"],
  ["is unhealthy when only the candidate is slow", { p95Milliseconds: 2_001 }, {}, "unhealthy"],
  ["blames nobody when both fail", { errors: 20 }, { errors: 20 }, "unknown"],
  ["blames nobody when both are silent", silent, silent, "unknown"],
  ["blames wrong answers where the settled slot can't be asked", { errors: 20 }, null, "unhealthy"],
  ["and no silence", silent, null, "unknown"],
  ["nor some of it", { answered: 10, unanswered: 10 }, null, "unknown"],
])("%s", (_what, candidate, control, kind) => {
  const seen = judgeOwn(limits, { ...well, ...candidate }, control && { ...settled, ...control });
  expect(seen?.kind ?? null).toBe(kind);
});
