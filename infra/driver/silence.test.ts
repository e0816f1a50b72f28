import { describe, expect, it } from "vitest";
import { quarantine } from "../ledger/rollouts.ts";
import type { Plan } from "../model/plan.ts";
import { analysisSettings } from "../model/settings/analysis.ts";
import { watchSettings } from "../model/settings/health.ts";
import { drive, plan, rollOut, settle } from "./testing/plans.ts";
import { World, type Behaviour } from "./testing/world.ts";

const steps: Plan["steps"] = [
  { kind: "analysis", percent: 10, minSeconds: 20, holdSeconds: 300 },
  { kind: "analysis", percent: 50, minSeconds: 20, holdSeconds: 300 },
  { kind: "weight", percent: 100, holdSeconds: 15 },
];
const canary: Partial<Plan> = { strategy: "canary", steps, analysis: analysisSettings.parse({}) };
const without: Partial<Plan> = { ...canary, watch: watchSettings.parse({ intervalSeconds: 10, topUp: false }) };

/** Two healthy looks, and then something happens. */
async function watched(over: Partial<Plan>, then: (world: World) => void, traffic = 100) {
  const world = new World();
  await settle(world, "1.0.0");
  world.traffic = traffic;
  const before = world.ledger.entries.length;
  const since = () => world.ledger.entries.slice(before);
  const looks = () => since().filter(({ event }) => event.kind === "observation").length;
  let [isDone, at] = [false, 0];
  const onCall = (call: string) => {
    if (call.endsWith("clear")) world.behaviours.delete("1.0.0");
    if (isDone || looks() < 2) return;
    [isDone, at] = [true, world.clock.steady()];
    then(world);
  };
  const { outcome } = await drive(world, rollOut("1.1.0", over), { onCall });
  return {
    world,
    outcome,
    seconds: (Date.parse(since().findLast(({ event }) => event.kind === "rolledBack")?.at ?? "") - at) / 1000,
    shares: since().flatMap(({ event }) => (event.kind === "step" ? event.percent : [])),
    results: since().flatMap(({ event }) => (event.kind === "observation" ? event.result : [])),
    quarantined: quarantine(world.ledger.entries).size,
  };
}

const containing = (text: string) => expect.stringContaining(text) as string;
const becomes = (behaviour: Behaviour) => (world: World) => void world.behaviours.set("1.1.0", behaviour);

describe("a canary to which nothing comes any more", () => {
  it("isn't healthy for what came before: it holds, and goes back at the end of its hold, unblamed", async () => {
    const { outcome, shares, results, seconds, quarantined } = await watched(without, (world) => (world.traffic = 0));
    const reason = containing("only 0 requests came to green since the look before");
    expect(outcome).toMatchObject({ state: { phase: "rolledBack", blamed: false, reason } });
    expect(shares).toEqual([10]);
    expect(results.slice(0, 2)).toEqual(["healthy", "healthy"]);
    expect(new Set(results.slice(2))).toEqual(new Set(["unknown"]));
    expect(seconds).toBeGreaterThan(270);
    expect(quarantined).toBe(0);
  });

  it("is carried by the driver's own requests at night, where nobody asks the settled slot either", async () => {
    const { outcome, results } = await watched(canary, (world) => (world.traffic = 0));
    expect(outcome).toMatchObject({ state: { phase: "promoted" } });
    expect(new Set(results)).toEqual(new Set(["healthy"]));
  });

  it.each([canary, without])("isn't where its users are missed: the settled slot's go on", async (over) => {
    const { outcome, shares, quarantined } = await watched(over, becomes({ unlogged: true }));
    const reason = containing("of its users' requests came to green, where by those to blue");
    expect(outcome).toMatchObject({ state: { phase: "rolledBack", blamed: false, reason } });
    expect(shares).toEqual([10]);
    expect(quarantined).toBe(0);
  });

  it("goes on when they are back", async () => {
    const { outcome, results } = await watched(
      canary,
      (world) => {
        world.behaviours.set("1.1.0", { unlogged: true });
        void world.clock.sleep(35_000).then(() => world.behaviours.delete("1.1.0"));
      },
      2_000,
    );
    expect(outcome).toMatchObject({ state: { phase: "promoted" } });
    expect(results).toContain("unknown");
  });

  it("is missed where a share of the traffic is fixed, too", async () => {
    const fixed: Partial<Plan> = { strategy: "canary", steps: [{ kind: "weight", percent: 10, holdSeconds: 300 }] };
    const { outcome, seconds } = await watched(fixed, becomes({ unlogged: true }), 2_000);
    const reason = containing("of its users' requests came to green");
    expect(outcome).toMatchObject({ state: { phase: "rolledBack", blamed: false, reason } });
    expect(seconds).toBeLessThan(60);
  });
});

it("a canary with few users goes up by what came in the whole step", async () => {
  const { shares } = await watched(without, () => undefined, 1);
  expect(shares).toEqual([10, 50, 100]);
});

describe("a canary that takes requests and answers none", () => {
  const hangs = { unlogged: true, throughGateway: "hangs" } as const;

  it.each([canary, without])("goes back within a few looks, and is blamed: the settled slot answers", async (over) => {
    const { outcome, seconds, quarantined } = await watched(over, becomes(hangs));
    const reason = containing("while blue answers well by the same way");
    expect(outcome).toMatchObject({ state: { phase: "rolledBack", blamed: true, reason } });
    expect(seconds).toBeLessThan(60);
    expect(quarantined).toBe(1);
  });

  it("isn't blamed for what the gateway does to both", async () => {
    const { outcome, shares, quarantined } = await watched(canary, ({ behaviours }) => {
      for (const version of ["1.0.0", "1.1.0"]) behaviours.set(version, hangs);
    });
    const reason = containing("it is no better with blue");
    expect(outcome).toMatchObject({ state: { phase: "rolledBack", blamed: false, reason } });
    expect([shares, quarantined]).toEqual([[10], 0]);
  });

  it("holds no look up for longer than an interval", async () => {
    const watch = watchSettings.parse({ intervalSeconds: 10, strikes: 5, minRequests: 200 });
    const health = { ...plan.health, timeoutSeconds: 60 };
    const { outcome, seconds } = await watched({ ...canary, watch, health }, becomes(hangs));
    expect(outcome).toMatchObject({ state: { phase: "rolledBack", blamed: true } });
    expect(seconds).toBeLessThan(6 * 20 + 10);
  });
});

describe("a canary that isn't seen to be on", () => {
  /** From the start. */
  async function entering(behaviour: Behaviour, settled: Behaviour = {}) {
    const world = new World();
    await settle(world, "1.0.0");
    world.behaviours.set("1.1.0", behaviour);
    world.behaviours.set("1.0.0", settled);
    const began = world.clock.steady();
    const { outcome } = await drive(world, rollOut("1.1.0", canary), {
      onCall: (call) => void (call.endsWith("clear") && world.behaviours.delete("1.0.0")),
    });
    const looks = world.ledger.entries.filter(({ event }) => event.kind === "observation").length;
    return { world, outcome, looks, seconds: (world.clock.steady() - began) / 1000 };
  }

  it("because it takes requests and answers none goes back within a few looks", async () => {
    const { outcome, seconds } = await entering({ throughGateway: "hangs", unlogged: true });
    const reason = containing("while blue answers");
    expect(outcome).toMatchObject({ state: { phase: "rolledBack", blamed: true, reason } });
    expect(seconds).toBeLessThan(60);
  });

  it("has its users counted meanwhile, and goes back when they fare badly", async () => {
    const { outcome, seconds } = await entering(
      { throughGateway: "silent", errorPercent: 100 },
      { throughGateway: "silent" },
    );
    expect(outcome).toMatchObject({ state: { phase: "rolledBack", blamed: true } });
    expect(seconds).toBeLessThan(60);
  });

  it("is looked at once in an interval, and goes back at the end of its hold", async () => {
    const { outcome, looks, seconds } = await entering({ throughGateway: "silent" }, { throughGateway: "silent" });
    expect(outcome).toMatchObject({ state: { phase: "rolledBack", blamed: false } });
    expect(seconds).toBeGreaterThan(300);
    expect(looks).toBeLessThan(35);
  });
});
