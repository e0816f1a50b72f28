import { describe, expect, it } from "vitest";
import { quarantine } from "../ledger/rollouts.ts";
import { ConflictError, RefusedError } from "../model/errors.ts";
import type { Plan } from "../model/plan.ts";
import type { GateSettings } from "../model/settings/gates.ts";
import { planLimits } from "../model/settings/plan-limits.ts";
import type { Windows } from "../model/settings/windows.ts";
import { continueRollout } from "./continue.ts";
import { abortRollout, resumeRollout } from "./resume.ts";
import { Driver } from "./testing/driver.ts";
import { drive, goBackTo, judged, plan, rollOut, settle } from "./testing/plans.ts";
import { World } from "./testing/world.ts";

/** The fakes' clock begins on a Thursday at midnight. */
const gates = (whenClosed: Windows["whenClosed"]): GateSettings => ({
  windows: {
    timeZone: "Etc/UTC",
    open: [
      { days: ["thursday"], from: "00:00", to: "01:00" },
      { days: ["thursday"], from: "01:30", to: "02:30" },
    ],
    freezes: [],
    whenClosed,
  },
});
const steps: Plan["steps"] = [
  { kind: "weight", percent: 10, holdSeconds: 120 },
  { kind: "weight", percent: 100, holdSeconds: 120 },
];
const time = (text: string) => Date.parse(`2026-01-01T${text}Z`);

async function until(world: World, text: string): Promise<void> {
  await world.clock.sleep(time(text) - world.clock.now());
}

/** 1.0.0 serves, and the time is as said. */
async function worldAt(text: string, ...settled: readonly string[]): Promise<World> {
  const world = new World();
  await settle(world, "1.0.0", ...settled);
  await until(world, text);
  return world;
}

const eventsOf = (world: World) => world.ledger.entries.map(({ event }) => event);
const count = (world: World, kind: string) => eventsOf(world).filter((event) => event.kind === kind).length;
const entered = (world: World) =>
  eventsOf(world).flatMap((event) => (event.kind === "step" && event.rollout === "r-1-1-0" ? event.percent : []));
const served = (world: World) => world.hosts.map((host) => host.served().join());
const leased = (world: World) => world.hosts.map((host) => host.state().leaseTicks > 0);
const endedAt = (world: World) =>
  world.ledger.entries.find(({ event }) => event.kind === "promoted" && event.rollout === "r-1-1-0")?.at.slice(11, 16);

function begin(world: World, whenClosed: Windows["whenClosed"], over: Partial<Plan> = {}) {
  const driver = new Driver(world, { gates: gates(whenClosed) });
  return { driver, running: driver.run(rollOut("1.1.0", { steps, ...over })) };
}

describe("outside of its windows", () => {
  it("no rollout begins, and the gate is kept with its answer", async () => {
    const world = await worldAt("01:15");
    await expect(begin(world, "finish").running).rejects.toThrow(
      new RefusedError(
        "Thu 2026-01-01 01:15 Etc/UTC (2026-01-01T01:15Z) is outside all windows; the next one opens Thu 2026-01-01 01:30 Etc/UTC (2026-01-01T01:30Z)",
      ),
    );
    const denied = eventsOf(world).filter((event) => event.kind === "gate" && !event.allowed);
    expect(denied).toMatchObject([{ gate: "windows", inputs: { opensAt: "2026-01-01T01:30:00.000Z" } }]);
    expect(served(world)).toEqual(["blue", "blue"]);
  });

  it.each([
    ["warm", null],
    ["cold", "1.0.0"],
  ])("a way back isn't held up: %s", async (way, version) => {
    const world = await worldAt("01:15", "1.1.0", ...(way === "cold" ? ["1.2.0"] : []));
    const { outcome } = await drive(world, goBackTo(version), { gates: gates("hold") });
    expect(outcome).toMatchObject({ kind: "ended" });
    const serving = world.hosts.map(({ containers, settled }) => settled && containers[settled]?.release.version);
    expect(serving).toEqual(["1.0.0", "1.0.0"]);
    expect(world.clock.now()).toBeLessThan(time("01:25"));
    expect(count(world, "held")).toBe(0);
  });
});

describe("a window that closes in mid-rollout", () => {
  it("finish: it goes on", async () => {
    const world = await worldAt("00:58:30");
    expect(await begin(world, "finish").running).toMatchObject({ state: { phase: "promoted" } });
    expect(entered(world)).toEqual([10, 100]);
    expect(endedAt(world)).toBe("01:02");
  });

  it("goBack: all users are on the settled release, and nobody is blamed", async () => {
    const world = await worldAt("00:58:30");
    const { running } = begin(world, "goBack");
    await until(world, "00:59:50");
    expect(served(world)).toEqual(["green,blue", "green,blue"]);
    expect(await running).toMatchObject({
      state: {
        phase: "rolledBack",
        blamed: false,
        reason: expect.stringMatching(/^its window has closed: .* the next one opens Thu 2026-01-01 01:30/) as string,
      },
    });
    expect(world.clock.now()).toBeLessThan(time("01:01"));
    expect(quarantine(world.ledger.entries).size).toBe(0);
    expect(served(world)).toEqual(["blue", "blue"]);
    expect(world.disagreements()).toEqual([]);
  });

  it("hold: the candidate keeps its share under lease, and the next window carries it on", async () => {
    const world = await worldAt("00:58:30");
    const { driver, running } = begin(world, "hold");
    await until(world, "01:29");
    expect(leased(world)).toEqual([true, true]);
    expect(served(world)).toEqual(["green,blue", "green,blue"]);
    expect(entered(world)).toEqual([10]);
    expect(await running).toMatchObject({ state: { phase: "promoted" } });
    expect(entered(world)).toEqual([10, 100]);
    expect(endedAt(world)).toBe("01:32");
    expect(count(world, "held")).toBe(1);
    expect(driver.told.filter((text) => text.startsWith("Its window has closed"))).toHaveLength(1);
    expect(driver.told.filter((text) => text === "A window is open: the rollout goes on")).toHaveLength(1);
    expect(world.disagreements()).toEqual([]);
  });

  it("hold: at 100 % it isn't promoted before the next window", async () => {
    const world = await worldAt("00:56:30");
    const { running } = begin(world, "hold");
    await until(world, "01:29");
    expect(entered(world)).toEqual([10, 100]);
    expect(count(world, "promoting")).toBe(1);
    expect(served(world)).toEqual(["green", "green"]);
    expect(await running).toMatchObject({ state: { phase: "promoted" } });
    expect(endedAt(world)).toBe("01:30");
  });

  it("hold: a candidate that its users don't like goes back at once, and is blamed", async () => {
    const world = await worldAt("00:58:30");
    const { running } = begin(world, "hold");
    await until(world, "01:10");
    world.behaviours.set("1.1.0", { errorPercent: 50 });
    expect(await running).toMatchObject({ state: { phase: "rolledBack", blamed: true } });
    expect(world.clock.now()).toBeLessThan(time("01:12"));
    expect(quarantine(world.ledger.entries).size).toBe(1);
  });

  it("hold: silence is waited out, as long as it isn't time to go on", async () => {
    const world = await worldAt("00:58:30");
    const quiet = {
      ...judged,
      watch: { ...plan.watch, topUp: false },
      steps: [{ kind: "analysis", percent: 10, minSeconds: 60, holdSeconds: 120 }, ...steps.slice(1)],
    };
    const { running } = begin(world, "hold", quiet as Partial<Plan>);
    await until(world, "01:01");
    const { traffic } = world;
    world.traffic = 0;
    await until(world, "01:29");
    expect(leased(world)).toEqual([true, true]);
    world.traffic = traffic;
    expect(await running).toMatchObject({ state: { phase: "promoted" } });
  });

  it.each(["hold", "goBack"] as const)("%s: with `recreate`, whose users wait, it goes through", async (whenClosed) => {
    const world = await worldAt("00:58:30");
    world.mayEmptyServed = true;
    const { running } = begin(world, whenClosed, { strategy: "recreate" });
    expect(await running).toMatchObject({ state: { phase: "promoted" } });
    expect(endedAt(world)).toBe("01:02");
  });

  it("hold: a pause that a person ends outside is over when a window opens", async () => {
    const world = await worldAt("00:58:30");
    const paused: Plan["steps"] = [
      { kind: "weight", percent: 10, holdSeconds: 15 },
      { kind: "pause", percent: 10 },
      ...steps.slice(1),
    ];
    const { running } = begin(world, "hold", { steps: paused });
    await until(world, "01:10");
    await drive(world, continueRollout);
    await until(world, "01:29");
    expect(entered(world)).toEqual([10, 10]);
    expect(await running).toMatchObject({ state: { phase: "promoted" } });
    expect(entered(world)).toEqual([10, 10, 100]);
  });
});

describe("a first step that would begin outside", () => {
  it("hold: waits with nobody on the candidate, which is checked anew when a window opens", async () => {
    const world = await worldAt("00:59:59");
    const { running } = begin(world, "hold");
    await until(world, "01:29");
    expect(entered(world)).toEqual([]);
    expect(served(world)).toEqual(["blue", "blue"]);
    expect([count(world, "held"), count(world, "verified")]).toEqual([1, 2]);
    expect(await running).toMatchObject({ state: { phase: "promoted" } });
    expect([count(world, "held"), count(world, "verified")]).toEqual([1, 3]);
    expect(world.disagreements()).toEqual([]);
  });

  it("goBack: gives nobody to the candidate", async () => {
    const world = await worldAt("00:59:59");
    const { running } = begin(world, "goBack");
    expect(await running).toMatchObject({ state: { phase: "rolledBack", blamed: false } });
    expect(entered(world)).toEqual([]);
  });

  it("hold: can be aborted, and the driver that waits sees that it was", async () => {
    const world = await worldAt("00:59:59");
    const over = expect(begin(world, "hold").running).rejects.toThrow(ConflictError);
    await until(world, "01:15");
    await drive(world, (service) => abortRollout(service, "no"));
    await over;
    expect(world.clock.now()).toBeLessThan(time("01:20"));
    expect(world.disagreements()).toEqual([]);
  });
});

describe("a driver that is killed while its rollout is held", () => {
  async function killedAt(text: string, start = "00:58:30") {
    const world = await worldAt(start);
    const { driver } = begin(world, "hold");
    await until(world, text);
    driver.kill();
    return world;
  }

  it("is taken over within the lease: the candidate keeps its share", async () => {
    const world = await killedAt("01:10");
    await world.clock.sleep(5_000);
    const resumed = new Driver(world, { gates: gates("hold") }).run(resumeRollout);
    await until(world, "01:29");
    expect(served(world)).toEqual(["green,blue", "green,blue"]);
    expect(await resumed).toMatchObject({ state: { phase: "promoted" } });
    expect([count(world, "held"), count(world, "lapsed")]).toEqual([1, 0]);
    expect(world.disagreements()).toEqual([]);
  });

  it("is taken over after its lease: nobody is on the candidate until a window opens, then its step begins anew", async () => {
    const world = await killedAt("01:10");
    await world.clock.sleep(300_000);
    const resumed = new Driver(world).run(resumeRollout);
    while (world.clock.now() < time("01:29")) {
      expect(served(world)).toEqual(["blue", "blue"]);
      await world.clock.sleep(7_000);
    }
    expect(await resumed).toMatchObject({ state: { phase: "promoted" } });
    expect([count(world, "held"), count(world, "lapsed")]).toEqual([1, 1]);
    expect(endedAt(world)).toBe("01:34");
    expect(world.disagreements()).toEqual([]);
  });

  it("is taken over from one that rested, whose lease of nobody still stands: nobody is on the candidate", async () => {
    const world = await killedAt("01:10");
    await world.clock.sleep(300_000);
    const second = new Driver(world);
    const resumed = second.run(resumeRollout);
    await world.clock.sleep(5_000);
    second.kill();
    expect(await resumed).toBe("killed");
    await world.clock.sleep(5_000);
    const third = new Driver(world).run(resumeRollout);
    while (world.clock.now() < time("01:29")) {
      expect(served(world)).toEqual(["blue", "blue"]);
      await world.clock.sleep(7_000);
    }
    expect(await third).toMatchObject({ state: { phase: "promoted" } });
    expect([count(world, "held"), count(world, "lapsed")]).toEqual([1, 1]);
  });

  it("is taken over in the next window: it goes on, and is held anew when that one closes", async () => {
    const world = await killedAt("01:10");
    await until(world, "02:28:30");
    const second = new Driver(world);
    const resumed = second.run(resumeRollout);
    await until(world, "02:45");
    expect(count(world, "held")).toBe(2);
    expect(served(world)).toEqual(["green,blue", "green,blue"]);
    second.kill();
    expect(await resumed).toBe("killed");
  });

  it("is taken over after a whole window: that hold is over, and it is held anew", async () => {
    const world = await killedAt("01:10");
    await until(world, "02:45");
    const second = new Driver(world);
    const resumed = second.run(resumeRollout);
    await until(world, "02:50");
    expect(count(world, "held")).toBe(2);
    second.kill();
    expect(await resumed).toBe("killed");
  });

  it("before its first step is taken over the same", async () => {
    const world = await killedAt("01:10", "00:59:59");
    const resumed = new Driver(world).run(resumeRollout);
    await until(world, "01:29");
    expect(entered(world)).toEqual([]);
    expect(await resumed).toMatchObject({ state: { phase: "promoted" } });
    expect(count(world, "held")).toBe(1);
  });
});

it("a rollout that goes back when its window closes gives nobody to the candidate when it is taken over outside", async () => {
  const world = await worldAt("00:58:30");
  const { driver } = begin(world, "goBack");
  await until(world, "00:59:30");
  driver.kill();
  await until(world, "01:15");
  const { driver: second, outcome } = await drive(world, resumeRollout);
  expect(outcome).toMatchObject({ state: { phase: "rolledBack", blamed: false } });
  expect(second.names.filter((name) => name.endsWith("lease"))).toEqual([]);
  expect(world.disagreements()).toEqual([]);
});

it("a plan that doesn't keep to the environment's limits is refused, and going back isn't", async () => {
  const world = await worldAt("01:15", "1.0.1");
  const limited: GateSettings = { plan: planLimits.parse({ minHoldSeconds: 121, strategies: ["canary"] }) };
  await expect(drive(world, rollOut("1.1.0", { steps }), { gates: limited })).rejects.toThrow(
    new RefusedError(
      "its strategy is blue-green, which isn't among canary (gates.plan.strategies); step 1 may be over after 120 s, less than 121 s (gates.plan.minHoldSeconds); step 2 may be over after 120 s, less than 121 s (gates.plan.minHoldSeconds)",
    ),
  );
  const { outcome } = await drive(world, goBackTo(), { gates: limited });
  expect(outcome).toMatchObject({ kind: "ended" });
});
