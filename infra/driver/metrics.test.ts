import { describe, expect, it } from "vitest";
import { quarantine } from "../ledger/rollouts.ts";
import type { Plan } from "../model/plan.ts";
import { analysisSettings } from "../model/settings/analysis.ts";
import { FakeMetrics, type Fault } from "./testing/fake-metrics.ts";
import { drive, plan, rollOut, settle } from "./testing/plans.ts";
import { World, type Behaviour } from "./testing/world.ts";

const canary: Partial<Plan> = {
  strategy: "canary",
  steps: [
    { kind: "analysis", percent: 10, minSeconds: 20, holdSeconds: 300 },
    { kind: "weight", percent: 100, holdSeconds: 60 },
  ],
  analysis: analysisSettings.parse({ sequential: { promotionSeconds: 60 } }),
};
const blueGreen: Partial<Plan> = { steps: [{ kind: "weight", percent: 100, holdSeconds: 60 }] };

async function counted(behaviour: Behaviour = {}, traffic = 2_000) {
  const world = new World();
  await settle(world, "1.0.0");
  world.behaviours.set("1.1.0", behaviour);
  world.traffic = traffic;
  const began = world.clock.now();
  const seconds = () => (world.clock.now() - began) / 1_000;
  return { world, metrics: new FakeMetrics(world), seconds };
}

const entered = ({ ledger }: World) =>
  ledger.entries.flatMap(({ event }) => (event.kind === "step" ? event.percent : []));
const faults: readonly (readonly [Fault, string])[] = [
  ["away", "Prometheus: connect ECONNREFUSED"],
  ["empty", "Prometheus: no counters of host-a arrive"],
  ["late", "Prometheus: no counters of host-a arrive"],
  ["stalled", "Prometheus: no counters of host-a arrive"],
];

describe("a rollout that is counted by a metrics source", () => {
  it("is promoted when its users fare well", async () => {
    const { world, metrics } = await counted();
    const { outcome } = await drive(world, rollOut("1.1.0", canary), { metrics });
    expect(outcome).toMatchObject({ state: { phase: "promoted" } });
    expect(entered(world).slice(-2)).toEqual([10, 100]);
    expect(world.disagreements()).toEqual([]);
  });

  it.each<Behaviour>([{ errorPercent: 20 }, { p95: 80 }])("goes back when they don't: %o", async (behaviour) => {
    const { world, metrics } = await counted(behaviour);
    const { outcome } = await drive(world, rollOut("1.1.0", canary), { metrics });
    expect(outcome).toMatchObject({ state: { phase: "rolledBack", blamed: true } });
    expect(entered(world).at(-1)).toBe(10);
  });

  it("goes back from all the traffic when they fail", async () => {
    const { world, metrics } = await counted({ errorPercent: 20 });
    const { outcome } = await drive(world, rollOut("1.1.0", blueGreen), { metrics });
    expect(outcome).toMatchObject({ state: { phase: "rolledBack", blamed: true } });
  });

  it("isn't carried by the driver's own requests while nobody asks for it, unless the settings let it", async () => {
    const { world, metrics, seconds } = await counted({}, 0);
    const watch = { ...plan.watch, topUp: false };
    const { outcome } = await drive(world, rollOut("1.1.0", { ...canary, watch }), { metrics });
    const reason = expect.stringContaining("only 0 requests came to green") as string;
    expect(outcome).toMatchObject({ state: { phase: "rolledBack", blamed: false, reason } });
    expect(seconds()).toBeGreaterThan(300);
    const carried = await counted({}, 0);
    const second = await drive(carried.world, rollOut("1.1.0", canary), { metrics: carried.metrics });
    expect(second.outcome).toMatchObject({ state: { phase: "promoted" } });
  });
});

describe("a metrics source that tells nothing", () => {
  it.each(faults)(
    "all the time (%s) ends a canary at the end of its hold, with the reason and no blame",
    async (fault, why) => {
      const { world, metrics, seconds } = await counted();
      metrics.fault = () => fault;
      const { outcome } = await drive(world, rollOut("1.1.0", canary), { metrics });
      const reason = expect.stringContaining(why) as string;
      expect(outcome).toMatchObject({ state: { phase: "rolledBack", blamed: false, reason } });
      expect(seconds()).toBeGreaterThan(300);
      expect(entered(world).at(-1)).toBe(10);
      expect(quarantine(world.ledger.entries).size).toBe(0);
      expect(world.disagreements()).toEqual([]);
    },
  );

  it.each<readonly [Fault, string]>([
    ["away", "connect ECONNREFUSED"],
    ["empty", "no counters of host-a arrive"],
    ["late", "nothing new of host-a has arrived"],
    ["stalled", "reads nothing new from the gateway's log"],
  ])("from some moment on (%s) is waited out for another hold under all the traffic", async (fault, why) => {
    const { world, metrics, seconds } = await counted();
    let reads = 0;
    metrics.onRead = () => reads++;
    metrics.fault = () => (reads > 3 ? fault : null);
    const { outcome } = await drive(world, rollOut("1.1.0", blueGreen), { metrics });
    const reason = expect.stringContaining(why) as string;
    expect(outcome).toMatchObject({ state: { phase: "rolledBack", blamed: false, reason } });
    expect(seconds()).toBeGreaterThan(80);
    expect(seconds()).toBeLessThan(200);
  });

  it.each(faults.map(([fault]) => fault))("for half a minute (%s) harms no good release", async (fault) => {
    for (const plan of [canary, blueGreen]) {
      const { world, metrics } = await counted();
      let reads = 0;
      metrics.onRead = () => reads++;
      metrics.fault = () => (reads > 2 && reads < 6 ? fault : null);
      const { outcome } = await drive(world, rollOut("1.1.0", plan), { metrics });
      expect(outcome).toMatchObject({ state: { phase: "promoted" } });
    }
  });

  it("hides nothing: what came meanwhile is counted when it speaks again", async () => {
    const { world, metrics } = await counted({ errorPercent: 30 });
    let reads = 0;
    metrics.onRead = () => reads++;
    metrics.fault = () => (reads > 1 && reads < 6 ? "away" : null);
    const { outcome } = await drive(world, rollOut("1.1.0", canary), { metrics });
    expect(outcome).toMatchObject({ state: { phase: "rolledBack", blamed: true } });
    const windows = world.ledger.entries.flatMap(({ event }) =>
      event.kind === "observation" && event.window ? event.window : [],
    );
    expect(windows[0]?.slots.candidate.requests).toBe(2 * 5 * 2_000);
    expect(windows[0]?.seconds).toBeGreaterThan(45);
  });

  it("doesn't hide a candidate that no longer answers", async () => {
    const { world, metrics, seconds } = await counted();
    let reads = 0;
    metrics.onRead = () => {
      if (++reads === 3) world.behaviours.set("1.1.0", { throughGateway: "silent" });
    };
    metrics.fault = () => (reads > 2 ? "away" : null);
    const { outcome } = await drive(world, rollOut("1.1.0", blueGreen), { metrics });
    const reason = expect.stringContaining("green answered only 0 of the driver's own requests") as string;
    expect(outcome).toMatchObject({ state: { phase: "rolledBack", blamed: false, reason } });
    expect(seconds()).toBeLessThan(60);
  });

  it("nor one that answers with errors", async () => {
    const { world, metrics } = await counted();
    let reads = 0;
    metrics.onRead = () => {
      if (++reads === 3) world.behaviours.set("1.1.0", { throughGateway: "ill" });
    };
    metrics.fault = () => (reads > 2 ? "away" : null);
    const { outcome } = await drive(world, rollOut("1.1.0", blueGreen), { metrics });
    const reason = expect.stringContaining("of the driver's own requests") as string;
    expect(outcome).toMatchObject({ state: { phase: "rolledBack", blamed: true, reason } });
  });

  it("counts on when its exporters start anew", async () => {
    const { world, metrics } = await counted();
    let reads = 0;
    metrics.onRead = () => {
      if (++reads % 4 === 0) metrics.restart();
    };
    const { outcome } = await drive(world, rollOut("1.1.0", canary), { metrics });
    expect(outcome).toMatchObject({ state: { phase: "promoted" } });
  });
});
