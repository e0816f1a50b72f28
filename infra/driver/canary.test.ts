import { describe, expect, it } from "vitest";
import { quarantine } from "../ledger/rollouts.ts";
import type { Plan } from "../model/plan.ts";
import { analysisSettings } from "../model/settings/analysis.ts";
import { ConflictError } from "../model/errors.ts";
import { continueRollout } from "./continue.ts";
import { abortRollout, resumeRollout } from "./resume.ts";
import { Driver, type Fault } from "./testing/driver.ts";
import { FakeSpool } from "./testing/fake-ledger.ts";
import { drive, plan, rollOut, settle } from "./testing/plans.ts";
import { World, type Behaviour } from "./testing/world.ts";

const steps: Plan["steps"] = [
  { kind: "analysis", percent: 10, minSeconds: 20, holdSeconds: 600 },
  { kind: "analysis", percent: 50, minSeconds: 20, holdSeconds: 600 },
  { kind: "weight", percent: 100, holdSeconds: 15 },
];
const canary: Partial<Plan> = {
  strategy: "canary",
  steps,
  analysis: analysisSettings.parse({ sequential: { promotionSeconds: 60 } }),
};
/** A short step, then a pause. */
const paused: Partial<Plan> = {
  ...canary,
  steps: [
    { kind: "analysis", percent: 10, minSeconds: 20, holdSeconds: 60 },
    { kind: "pause", percent: 10 },
    { kind: "weight", percent: 100, holdSeconds: 15 },
  ],
};

async function settledWorld(behaviour: Behaviour = {}, traffic = 100): Promise<World> {
  const world = new World();
  await settle(world, "1.0.0");
  world.behaviours.set("1.1.0", behaviour);
  world.traffic = traffic;
  return world;
}

const eventsOf = (world: World) => world.ledger.entries.map(({ event }) => event);
const entered = (world: World) => eventsOf(world).flatMap((event) => (event.kind === "step" ? event.percent : []));

describe("a canary", () => {
  it("goes up step by step, each left as soon as the judge has seen enough, and is promoted", async () => {
    const world = await settledWorld({ errorPercent: 1 }, 2_000);
    world.behaviours.set("1.0.0", { errorPercent: 1 });
    const began = world.clock.now();
    const { outcome } = await drive(world, rollOut("1.1.0", canary));
    expect(outcome).toMatchObject({ state: { phase: "promoted" } });
    expect(entered(world)).toEqual([10, 50, 100]);
    expect((world.clock.now() - began) / 1_000).toBeLessThan(600);
    expect(world.disagreements()).toEqual([]);
  });

  it.each([{ errorPercent: 20 }, { p95: 60 }])("goes back when it is worse than what serves: %o", async (behaviour) => {
    const world = await settledWorld(behaviour);
    const { outcome } = await drive(world, rollOut("1.1.0", canary));
    expect(outcome).toMatchObject({ state: { phase: "rolledBack", blamed: true } });
    expect(entered(world)).toEqual([10]);
    expect(quarantine(world.ledger.entries).size).toBe(1);
    expect(world.disagreements()).toEqual([]);
  });

  it("isn't blamed for what hits both slots", async () => {
    const world = await settledWorld({ errorPercent: 20 });
    world.behaviours.set("1.0.0", { errorPercent: 20 });
    const { outcome } = await drive(world, rollOut("1.1.0", { ...canary, steps: steps.slice(0, 2) }));
    expect(outcome).toMatchObject({ state: { phase: "promoted" } });
  });

  it("that no user ever asks goes back at the end of its hold, and isn't blamed", async () => {
    const world = await settledWorld({}, 0);
    const watch = { ...plan.watch, topUp: false };
    const { outcome } = await drive(world, rollOut("1.1.0", { ...canary, watch }));
    expect(outcome).toMatchObject({ state: { phase: "rolledBack", blamed: false } });
    expect(outcome).toMatchObject({
      state: { reason: expect.stringContaining("only 0 requests came to green") as string },
    });
  });

  it("that no user ever asks is carried by the driver's own requests, where the settings let it", async () => {
    const world = await settledWorld({}, 0);
    const { outcome } = await drive(world, rollOut("1.1.0", canary));
    expect(outcome).toMatchObject({ state: { phase: "promoted" } });
  });

  it("is judged on by the driver that takes it over, with what the first one saw", async () => {
    const world = await settledWorld({ errorPercent: 2 });
    const whole = await drive(await settledWorld({ errorPercent: 2 }), rollOut("1.1.0", canary));
    expect(whole.outcome).toMatchObject({ state: { phase: "rolledBack" } });
    const observations = (of: World) => eventsOf(of).filter(({ kind }) => kind === "observation").length;
    const before = observations(world);
    const killed = new Driver(world, {
      onCall: (call) => void (call.startsWith("host-a observe") && observations(world) > before && killed.kill()),
    });
    await killed.run(rollOut("1.1.0", canary));
    const seen = observations(world) - before;
    expect(seen).toBe(1);
    const { outcome } = await drive(world, resumeRollout);
    expect(outcome).toMatchObject({ state: { phase: "rolledBack", blamed: true } });
    expect(world.disagreements()).toEqual([]);
  });
});

describe("a canary that waits for a person", () => {
  async function waiting() {
    const world = await settledWorld();
    const driver = new Driver(world);
    const running = driver.run(rollOut("1.1.0", paused));
    await until(world, () => entered(world).length === 2);
    return { world, driver, running };
  }

  async function until(world: World, condition: () => boolean): Promise<void> {
    for (let waits = 0; !condition(); waits++) {
      if (waits > 1_000) throw new Error("it never came to that");
      await world.clock.sleep(1_000);
    }
  }

  it("stays at its share, its lease renewed, until somebody says that it goes on", async () => {
    const { world, running } = await waiting();
    await world.clock.sleep(1_200_000);
    expect(world.hosts.map((host) => host.state().leaseTicks > 0)).toEqual([true, true]);
    expect(entered(world)).toEqual([10, 10]);
    await drive(world, continueRollout);
    expect(await running).toMatchObject({ state: { phase: "promoted" } });
    expect(entered(world)).toEqual([10, 10, 100]);
    expect(world.disagreements()).toEqual([]);
  });

  it("hears that it goes on after the ledger failed once, and what waited is in the ledger", async () => {
    const world = await settledWorld();
    const spool = new FakeSpool();
    let isBroken = true;
    const fault: Fault = (call) => {
      if (!isBroken || entered(world).length < 2 || call !== "ledger.append observation") return null;
      isBroken = false;
      return "before";
    };
    const driver = new Driver(world, { spool, faults: [fault] });
    const running = driver.run(rollOut("1.1.0", paused));
    await until(world, () => !isBroken);
    await world.clock.sleep(100_000);
    expect(spool.lines).toEqual([]);
    await drive(world, continueRollout);
    expect(await running).toMatchObject({ state: { phase: "promoted" } });
    expect(driver.told).toContain("1 spooled events are in the ledger now");
    expect(world.disagreements()).toEqual([]);
  });

  it("waits for a ledger that hangs no longer than a moment", async () => {
    const world = await settledWorld();
    let hangs = false;
    const driver = new Driver(world, {
      faults: [(call) => (hangs && call.startsWith("ledger.append") ? "before" : null)],
    });
    world.slowRead = () => (hangs ? 30_000 : 0);
    const running = driver.run(rollOut("1.1.0", paused));
    await until(world, () => entered(world).length === 2);
    hangs = true;
    await world.clock.sleep(60_000);
    world.behaviours.set("1.1.0", { errorPercent: 100 });
    const since = world.clock.steady();
    await until(world, () => world.hosts.every((host) => !host.served().includes("green")));
    expect(world.clock.steady() - since).toBeLessThan(30_000);
    hangs = false;
    expect(await running).toMatchObject({ state: { phase: "rolledBack" } });
    expect(world.disagreements()).toEqual([]);
  });

  it("goes back when it turns out worse meanwhile", async () => {
    const { world, running } = await waiting();
    world.behaviours.set("1.1.0", { errorPercent: 30 });
    expect(await running).toMatchObject({ state: { phase: "rolledBack", blamed: true } });
  });

  it("can be aborted", async () => {
    const { world, running } = await waiting();
    const over = expect(running).rejects.toThrow(ConflictError);
    await drive(world, (service) => abortRollout(service, "no"));
    await over;
    expect(world.disagreements()).toEqual([]);
  });

  it("waits with nobody on it once its lease ran out, however it was taken over, and goes on when told", async () => {
    const { world, driver } = await waiting();
    driver.kill();
    await world.clock.sleep(60_000);
    const second = new Driver(world);
    const resumed = second.run(resumeRollout);
    await world.clock.sleep(300_000);
    expect(world.hosts.map((host) => host.served())).toEqual([["blue"], ["blue"]]);
    expect(eventsOf(world).filter(({ kind }) => kind === "lapsed")).toHaveLength(1);
    await drive(world, continueRollout);
    expect(await resumed).toMatchObject({ state: { phase: "promoted" } });
    expect(world.disagreements()).toEqual([]);
  });

  it("waits with nobody on it after its driver's machine slept longer than the lease", async () => {
    const { driver } = await waiting();
    const world = await settledWorld();
    const sleeper = new Driver(world, { pause: { at: driver.calls + 3, when: "before" } });
    const running = sleeper.run(rollOut("1.1.0", paused));
    await sleeper.paused;
    await world.clock.sleep(60_000);
    sleeper.wake();
    // Where its lease was renewed just now, its users are taken away as well, and not only once that runs out.
    await world.clock.sleep(12_000);
    expect(world.hosts.map((host) => host.served())).toEqual([["blue"], ["blue"]]);
    await world.clock.sleep(100_000);
    const last = eventsOf(world).findLast(({ kind }) => kind !== "observation");
    expect(last).toMatchObject({ kind: "lapsed", reason: expect.stringContaining("host-b") as string });
    expect(world.hosts.map((host) => host.served())).toEqual([["blue"], ["blue"]]);
    await drive(world, continueRollout);
    expect(await running).toMatchObject({ state: { phase: "promoted" } });
  });

  it("is the only one that can be continued", async () => {
    const world = await settledWorld();
    await expect(drive(world, continueRollout)).rejects.toThrow("no rollout is under way");
    const driver = new Driver(world);
    const running = driver.run(rollOut("1.1.0", canary));
    await until(world, () => entered(world).length === 1);
    await expect(drive(world, continueRollout)).rejects.toThrow(/doesn't wait for a person/);
    driver.kill();
    expect(await running).toBe("killed");
  });
});
