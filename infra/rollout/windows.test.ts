import { describe, expect, it } from "vitest";
import type { Plan } from "../model/plan.ts";
import { healthSettings, watchSettings } from "../model/settings/health.ts";
import type { Windows } from "../model/settings/windows.ts";
import { advance } from "./advance.ts";
import type { Observation, RolloutState } from "./state.ts";
import { keepToWindows, openedSince } from "./windows.ts";

const windows = (whenClosed: Windows["whenClosed"], timeZone = "Etc/UTC"): Windows => ({
  timeZone,
  open: [{ days: ["thursday"], from: "00:00", to: "01:00" }],
  freezes: [],
  whenClosed,
});
const plan = (whenClosed: Windows["whenClosed"], over: Partial<Plan> = {}): Plan => ({
  strategy: "canary",
  steps: [
    { kind: "analysis", percent: 10, minSeconds: 60, holdSeconds: 120 },
    { kind: "pause", percent: 10 },
    { kind: "weight", percent: 100, holdSeconds: 60 },
  ],
  health: healthSettings.parse({ tries: 2 }),
  watch: watchSettings.parse({ strikes: 1 }),
  drainSeconds: 0,
  tickSeconds: 10,
  leaseTicks: 3,
  seed: "s",
  windows: windows(whenClosed),
  ...over,
});
const inside = Date.parse("2026-01-01T00:59:59.999Z");
const now = Date.parse("2026-01-01T01:00:00Z");
const why =
  "Thu 2026-01-01 01:00 Etc/UTC (2026-01-01T01:00Z) is outside all windows; the next one opens Thu 2026-01-08 00:00 Etc/UTC (2026-01-08T00:00Z)";
const healthy: Observation = { kind: "healthy" };
const unknown: Observation = { kind: "unknown", reason: "silence" };
const unhealthy: Observation = { kind: "unhealthy", reason: "errors" };
const worse: Observation = { kind: "worse", reason: "more errors" };
const aborted: Observation = { kind: "aborted", reason: "stopped" };
const continued: Observation = { kind: "continued", reason: "alice said so" };

const verifying = (held?: string): RolloutState => ({ phase: "verifying", tries: 0, ...(held ? { held } : {}) });
const at = (index: number, over: { ago?: number; strikes?: number; held?: string } = {}): RolloutState => {
  const { ago = 600, strikes = 0, held } = over;
  return { phase: "shifting", index, since: now - ago * 1_000, strikes, ...(held ? { held } : {}) };
};
const back = (reason: string, blamed: boolean): RolloutState => ({ phase: "rollingBack", reason, blamed, since: now });
const closed = back(`its window has closed: ${why}`, false);

describe("after its window has closed", () => {
  it.each<[string, Windows["whenClosed"], RolloutState, Observation, RolloutState]>([
    ["finish: enters its first step", "finish", verifying(), healthy, at(0, { ago: 0 })],
    ["finish: takes its next step", "finish", at(0), healthy, at(1, { ago: 0 })],
    ["finish: is promoted", "finish", at(2), healthy, { phase: "promoting" }],
    ["goBack: goes back in the middle of a step", "goBack", at(0, { ago: 5 }), healthy, closed],
    ["goBack: goes back in a pause", "goBack", at(1), healthy, closed],
    ["goBack: goes back instead of being promoted", "goBack", at(2), healthy, closed],
    ["goBack: enters no first step", "goBack", verifying(), healthy, closed],
    ["goBack: is checked on", "goBack", verifying(), unknown, { phase: "verifying", tries: 1 }],
    ["goBack: is blamed for what was seen", "goBack", at(0), worse, back("more errors", true)],
    ["hold: stays in its step", "hold", at(0, { ago: 5 }), healthy, at(0, { ago: 5, held: why })],
    ["hold: takes no next step", "hold", at(0), healthy, at(0, { held: why })],
    ["hold: isn't promoted", "hold", at(2), healthy, at(2, { held: why })],
    ["hold: keeps to why it was held", "hold", at(2, { held: "before" }), healthy, at(2, { held: "before" })],
    ["hold: enters no first step", "hold", verifying(), healthy, verifying(why)],
    ["hold: goes back when it is worse", "hold", at(0, { held: why }), worse, back("more errors", true)],
    ["hold: bears a bad look", "hold", at(2, { held: why }), unhealthy, at(2, { ago: 0, strikes: 1, held: why })],
    ["hold: and not two", "hold", at(2, { strikes: 1, held: why }), unhealthy, back("errors", true)],
    ["hold: can be stopped", "hold", verifying(why), aborted, back("stopped", false)],
    ["hold: waits in silence beyond the end of its step", "hold", at(0, { held: why }), unknown, at(0, { held: why })],
    ["hold: a pause isn't over", "hold", at(1, { held: why }), continued, at(1, { held: why })],
    [
      "hold: time without users doesn't count",
      "hold",
      at(2, { held: why }),
      { kind: "healthy", nobody: true },
      at(2, { ago: 0, held: why }),
    ],
    ["what is being settled is settled", "goBack", { phase: "promoting" }, healthy, { phase: "promoted" }],
    ["a slot is filled to its end", "goBack", { phase: "preparing" }, healthy, verifying()],
  ])("%s", (_what, whenClosed, state, seen, expected) => {
    expect(advance(plan(whenClosed), state, seen, now)).toEqual(expected);
  });

  it.each(["goBack", "hold"] as const)("%s: with `recreate`, whose users wait, it goes on", (whenClosed) => {
    expect(advance(plan(whenClosed, { strategy: "recreate" }), verifying(), healthy, now)).toEqual(at(0, { ago: 0 }));
  });

  it("a zone that nobody knows is closed", () => {
    const unknown = plan("goBack", { windows: windows("goBack", "Mars/Olympus") });
    expect(advance(unknown, at(0), healthy, inside)).toMatchObject({ phase: "rollingBack", blamed: false });
  });
});

describe("inside its window", () => {
  const step = { phase: "shifting", index: 1, since: inside, strikes: 0 };

  it.each<[string, RolloutState, Observation, unknown]>([
    ["a step is taken in its last moment", at(0), healthy, step],
    ["a hold is over", at(0, { ago: 0, held: why }), healthy, at(0, { ago: 0 })],
    ["what was held long enough goes on at once", at(0, { held: why }), healthy, step],
    ["a candidate that waited is checked anew", verifying(why), healthy, verifying()],
  ])("%s", (_what, state, seen, expected) => {
    expect(advance(plan("hold"), state, seen, inside)).toEqual(expected);
  });

  it("a plan without windows goes on at any time", () => {
    const always = Object.fromEntries(Object.entries(plan("goBack")).filter(([key]) => key !== "windows")) as Plan;
    expect(advance(always, at(2), healthy, now)).toEqual({ phase: "promoting" });
    expect(openedSince(always, "2026-01-01T01:00:00Z", now)).toBe(false);
  });
});

it.each<[Windows["whenClosed"], RolloutState]>([
  ["finish", at(0)],
  ["goBack", closed],
  ["hold", at(0, { held: why })],
])("a driver that takes it over outside begins with what its plan says: %s", (whenClosed, expected) => {
  expect(keepToWindows(plan(whenClosed), at(0), at(0), now)).toEqual(expected);
});

it.each([
  ["2026-01-01T01:00:00Z", now, false],
  ["2026-01-01T01:00:00Z", Date.parse("2026-01-07T23:59:59Z"), false],
  ["2026-01-01T01:00:00Z", Date.parse("2026-01-08T00:00:00Z"), true],
  ["2026-01-01T01:00:00Z", Date.parse("2026-01-09T00:00:00Z"), true],
])("a hold since %s is over at %d: %s", (heldAt, then, over) => {
  expect(openedSince(plan("hold"), heldAt, then)).toBe(over);
});
