import { describe, expect, it } from "vitest";
import type { Plan } from "../model/plan.ts";
import { analysisSettings } from "../model/settings/analysis.ts";
import { continueRollout } from "./continue.ts";
import { resumeRollout } from "./resume.ts";
import { Driver, type DriverOptions } from "./testing/driver.ts";
import { FakeMetrics } from "./testing/fake-metrics.ts";
import { drive, plan, rollOut, settle } from "./testing/plans.ts";
import { World, type Behaviour } from "./testing/world.ts";

const users: Plan["steps"] = [
  { kind: "analysis", percent: 10, minSeconds: 20, holdSeconds: 120 },
  { kind: "weight", percent: 100, holdSeconds: 15 },
];
const canary: Partial<Plan> = { strategy: "canary", analysis: analysisSettings.parse({}) };
const testersFirst: Partial<Plan> = { ...canary, steps: [{ kind: "weight", percent: 0, holdSeconds: 30 }, ...users] };
const shadowFirst: Partial<Plan> = {
  ...canary,
  steps: [{ kind: "shadow", percent: 10, minSeconds: 20, holdSeconds: 120 }, ...users],
};
const step = { testers: 0, shadow: 0, users: 1 };

async function settledWorld(behaviour: Behaviour = {}): Promise<World> {
  const world = new World();
  await settle(world, "1.0.0");
  world.behaviours.set("1.1.0", behaviour);
  return world;
}

const eventsOf = (world: World) => world.ledger.entries.map(({ event }) => event);
const stepOf = (world: World) => eventsOf(world).findLast((event) => event.kind === "step")?.index;
const entered = (world: World) => eventsOf(world).flatMap((event) => (event.kind === "step" ? event.percent : []));

/** Drives it, and notes whom the candidate had at each step. */
async function watched(world: World, over: Partial<Plan>, options: DriverOptions = {}) {
  const had = new Map<number, Set<string>>();
  const note = (what: string) => {
    const at = stepOf(world);
    if (at !== undefined) had.set(at, (had.get(at) ?? new Set()).add(what));
  };
  const { driver, outcome } = await drive(world, rollOut("1.1.0", over), {
    ...options,
    onCall: (call, count) => {
      options.onCall?.(call, count);
      for (const host of world.hosts) {
        if (host.served().includes("green")) note("users");
        if (host.route("testers").target === "green" && host.settled === "blue") note("testers");
        if (host.shadowed() === "green") note("copies");
      }
    },
  });
  return { driver, outcome, had: (index: number) => [...(had.get(index) ?? [])].sort() };
}

describe("a step for testers alone", () => {
  it("shows them the candidate, and no user, for its hold; then it goes on", async () => {
    const world = await settledWorld();
    const { driver, outcome, had } = await watched(world, testersFirst);
    expect(outcome).toMatchObject({ state: { phase: "promoted" } });
    expect(entered(world)).toEqual([0, 10, 100]);
    expect([had(step.testers), had(step.users)]).toEqual([["testers"], ["testers", "users"]]);
    expect(driver.told).toContain("To green: testers only, seen on every gateway");
    expect(world.disagreements()).toEqual([]);
  });

  it("goes back when the candidate fails its private checks", async () => {
    const world = await settledWorld();
    const { outcome, had } = await watched(world, testersFirst, {
      onCall: () => void (stepOf(world) === step.testers && world.behaviours.set("1.1.0", { privately: "ill" })),
    });
    expect(outcome).toMatchObject({ state: { phase: "rolledBack", blamed: true } });
    expect(had(step.testers)).toEqual(["testers"]);
    expect(world.disagreements()).toEqual([]);
  });

  it("runs the program of the health contract no second time", async () => {
    const world = await settledWorld();
    let runs = 0;
    const command = { run: () => Promise.resolve({ exitCode: runs++ < world.hosts.length ? 0 : 1, output: "" }) };
    const health = { ...plan.health, command: ["check"] };
    const { outcome } = await watched(world, { ...testersFirst, health }, { command });
    expect(outcome).toMatchObject({ state: { phase: "promoted" } });
    expect(runs).toBe(world.hosts.length);
  });

  it("waits for a person where it is a pause", async () => {
    const world = await settledWorld();
    const steps: Plan["steps"] = [{ kind: "pause", percent: 0 }, ...users];
    const driver = new Driver(world);
    const running = driver.run(rollOut("1.1.0", { ...canary, steps }));
    for (let waits = 0; waits < 600; waits++) await world.clock.sleep(1_000);
    expect(entered(world)).toEqual([0]);
    expect(driver.told).toContainEqual(expect.stringContaining("Waiting with testers only on green"));
    await drive(world, continueRollout);
    expect(await running).toMatchObject({ state: { phase: "promoted" } });
    expect(world.disagreements()).toEqual([]);
  });
});

describe("a shadow step", () => {
  it("gives the candidate copies and no user, is judged, and goes on", async () => {
    const world = await settledWorld();
    const { outcome, had, driver } = await watched(world, shadowFirst);
    expect(outcome).toMatchObject({ state: { phase: "promoted" } });
    expect(had(step.shadow)).toEqual(["copies", "testers"]);
    expect(had(step.users)).toContain("users");
    expect(driver.told).toContainEqual(expect.stringMatching(/^green: \d+ copies, 0.0 % errors/));
    expect(entered(world)).toEqual([0, 10, 100]);
    expect(world.disagreements()).toEqual([]);
  });

  it.each([{ errorPercent: 20 }, { p95: 60 }])("goes back before any user when copies show %o", async (behaviour) => {
    const world = await settledWorld(behaviour);
    const { outcome, had } = await watched(world, shadowFirst);
    expect(outcome).toMatchObject({ state: { phase: "rolledBack", blamed: true } });
    expect(had(step.shadow)).toEqual(["copies", "testers"]);
    expect(entered(world)).toEqual([0]);
  });

  it("isn't blamed for what the settled slot makes of the same requests, too", async () => {
    const world = await settledWorld({ errorPercent: 20 });
    world.behaviours.set("1.0.0", { errorPercent: 20 });
    await watched(world, shadowFirst);
    expect(entered(world)).toContain(10);
  });

  it("goes back unblamed when nobody asks for anything, unless the driver may ask itself", async () => {
    for (const topUp of [false, true]) {
      const world = await settledWorld();
      world.traffic = 0;
      const { outcome } = await watched(world, { ...shadowFirst, watch: { ...plan.watch, topUp } });
      const silent = {
        phase: "rolledBack",
        blamed: false,
        reason: expect.stringContaining("only 0 requests") as string,
      };
      expect(outcome).toMatchObject({ state: topUp ? { phase: "promoted" } : silent });
    }
  });

  it("goes back when the candidate stops to answer, though nobody asks it", async () => {
    const world = await settledWorld();
    world.traffic = 0;
    const { outcome } = await watched(world, shadowFirst, {
      onCall: () => void (stepOf(world) === step.shadow && world.behaviours.set("1.1.0", { privately: "ill" })),
    });
    expect(outcome).toMatchObject({ state: { phase: "rolledBack", blamed: true } });
  });

  it("goes back when the candidate falls silent and the settled slot doesn't, though nobody asks it", async () => {
    const world = await settledWorld();
    world.traffic = 0;
    const looked = () => eventsOf(world).at(-1)?.kind === "observation";
    const { outcome } = await watched(world, shadowFirst, {
      onCall: () => {
        if (stepOf(world) === step.shadow && looked()) world.behaviours.set("1.1.0", { privately: "silent" });
      },
    });
    const reason = expect.stringContaining("while blue answers well by the same way") as string;
    expect(outcome).toMatchObject({ state: { phase: "rolledBack", blamed: true, reason } });
    expect(entered(world)).toEqual([0]);
  });

  it("leaves none of the driver's own requests as evidence of users", async () => {
    const world = await settledWorld();
    let isBack = false;
    world.traffic = 0;
    const { outcome } = await watched(world, shadowFirst, {
      onCall: (call) => {
        isBack ||= call.endsWith("clear");
        if (isBack) world.behaviours.clear();
        const looking = stepOf(world) === step.users && call.includes("sleep") && !isBack;
        if (looking) for (const slot of ["1.0.0", "1.1.0"]) world.behaviours.set(slot, { throughGateway: "silent" });
      },
    });
    const reason = expect.stringContaining("it is no better with blue") as string;
    expect(outcome).toMatchObject({ state: { phase: "rolledBack", blamed: false, reason } });
    expect(entered(world)).toEqual([0, 10]);
  });

  it.each([
    testersFirst,
    shadowFirst,
    { ...canary, steps: [testersFirst, shadowFirst].flatMap(({ steps = [] }) => steps.slice(0, 1)).concat(users) },
  ])("has a metrics source begin with the users", async (over) => {
    const world = await settledWorld();
    const { outcome } = await watched(world, over, { metrics: new FakeMetrics(world) });
    expect(outcome).toMatchObject({ state: { phase: "promoted" } });
    const first = eventsOf(world)
      .slice(eventsOf(world).findIndex((event) => event.kind === "step" && event.percent === 10))
      .find((event) => event.kind === "observation" && event.window);
    const { candidate, settled } = (first?.kind === "observation" && first.window?.slots) || {};
    expect(settled?.requests).toBe(candidate?.requests);
    expect(candidate?.requests).toBeGreaterThan(0);
  });

  it("is no evidence of users: they are judged anew, by a driver that takes over, too", async () => {
    for (const killed of [false, true]) {
      const world = await settledWorld();
      const over = { ...shadowFirst, watch: { ...plan.watch, topUp: false } };
      const driver = new Driver(world, {
        onCall: (call) => {
          if (stepOf(world) !== step.users) return;
          world.traffic = 0;
          if (killed && call.includes("observe") && driver.names.at(-2)?.includes("sleep")) driver.kill();
        },
      });
      const outcome = await driver.run(rollOut("1.1.0", over));
      expect(outcome === "killed").toBe(killed);
      const ended = outcome === "killed" ? (await drive(world, resumeRollout)).outcome : outcome;
      expect(ended).toMatchObject({
        state: { phase: "rolledBack", reason: expect.stringContaining("only 0 requests came to green") as string },
      });
    }
  });

  it("is judged on by the driver that takes it over, with what the first one saw", async () => {
    const world = await settledWorld();
    const looks = () => eventsOf(world).filter((event) => event.kind === "observation").length;
    const before = looks();
    const driver = new Driver(world, {
      onCall: () => {
        if (stepOf(world) !== step.shadow || looks() === before) return;
        world.traffic = 0;
        driver.kill();
      },
    });
    expect(await driver.run(rollOut("1.1.0", shadowFirst))).toBe("killed");
    const { outcome } = await drive(world, resumeRollout);
    expect(outcome).toMatchObject({ state: { phase: "promoted" } });
    expect(world.disagreements()).toEqual([]);
  });

  it("is counted by the hosts, also where a metrics source counts users", async () => {
    const world = await settledWorld({ errorPercent: 20 });
    const metrics = new FakeMetrics(world);
    metrics.fault = () => "away";
    const { outcome } = await watched(world, shadowFirst, { metrics });
    expect(outcome).toMatchObject({ state: { phase: "rolledBack", blamed: true } });
    expect(entered(world)).toEqual([0]);
  });
});
