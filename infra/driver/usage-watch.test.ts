import { describe, expect, it } from "vitest";
import { quarantine } from "../ledger/rollouts.ts";
import type { Plan } from "../model/plan.ts";
import type { SlotName } from "../model/slot.ts";
import type { ContainerReading } from "../model/usage.ts";
import { type Behaviour, World } from "./testing/world.ts";
import { Driver, type DriverOptions, type Fault } from "./testing/driver.ts";
import { canary, careful, drive, judged, plan, rollOut, settle } from "./testing/plans.ts";
import { UsageWatch } from "./usage-watch.ts";

async function rolledOut(behaviour: Behaviour, over: Partial<Plan> = {}, settled: Behaviour = {}) {
  const world = new World();
  await settle(world, "1.0.0");
  world.behaviours.set("1.1.0", behaviour);
  world.behaviours.set("1.0.0", settled);
  const before = world.ledger.entries.length;
  const { driver, outcome } = await drive(world, rollOut("1.1.0", over));
  expect(world.disagreements()).toEqual([]);
  const looks = world.ledger.entries.slice(before).flatMap(({ event }) => (event.kind === "observation" ? event : []));
  return { world, driver, outcome, looks };
}

const silent: Fault = (call) => (call.endsWith(" usage") ? "before" : null);
const back = (reason: string) => ({
  state: { phase: "rolledBack", blamed: true, reason: expect.stringContaining(reason) as string },
});
const promoted = { state: { phase: "promoted" } };

describe("what the slots' containers use", () => {
  it("is in the ledger with each look, of both slots on every host, and said of the candidate", async () => {
    const { outcome, looks, driver } = await rolledOut(
      { memoryPercent: 56, cpuPercent: 40 },
      {},
      { memoryPercent: 80, cpuPercent: 50 },
    );
    expect(outcome).toMatchObject(promoted);
    const limits = { memoryLimitBytes: 100_000_000, coresLimit: 2, restarted: false, oomKilled: false };
    const green = { ...limits, slot: "green", memoryBytes: 56_000_000, cores: expect.closeTo(0.8, 6) as number };
    const blue = { ...limits, slot: "blue", memoryBytes: 80_000_000, cores: expect.closeTo(1, 6) as number };
    expect(looks.map(({ usage }) => usage)).toEqual(
      looks.map(() => [green, blue].flatMap((one) => ["host-a", "host-b"].map((host) => ({ ...one, host })))),
    );
    expect(looks.length).toBeGreaterThan(1);
    expect(driver.told).toContain("green: 200 requests, 0.0 % errors, p95 20 ms, memory 56 % (53 MiB), CPU 0.80 cores");
  });

  it.each<[string, Partial<Plan>]>([
    ["all clients", {}],
    ["some clients", canary],
    ["some clients who are judged", judged],
    ["copies of users' requests", careful],
  ])("takes a candidate back that is about to run out of memory under %s", async (_share, over) => {
    const { world, outcome, looks } = await rolledOut({ memoryPercent: 97 }, over);
    expect(outcome).toMatchObject(back("memory is at 97.0 % of its limit (above 95 % goes back) on host-a; memory"));
    expect(quarantine(world.ledger.entries).size).toBe(1);
    // One bad look is borne.
    expect(looks.map(({ result }) => result).filter((result) => result === "unhealthy")).toHaveLength(2);
  });

  it("takes a candidate back whose container ends again and again", async () => {
    const { outcome } = await rolledOut({ crashesEvery: 7_000 }, canary);
    expect(outcome).toMatchObject(back("its container ended and was started again by Docker on host-a"));
  });

  /** One crash, this long after the n-th step was written down. */
  async function crashedOnce(step: number, afterMs: number, over: Partial<Plan>) {
    const world = new World();
    await settle(world, "1.0.0");
    const onCall = () => {
      const steps = world.ledger.entries.filter(({ event }) => event.kind === "step").length;
      if (steps === step && !world.behaviours.has("1.1.0"))
        world.behaviours.set("1.1.0", { crashesEvery: world.clock.now() + afterMs });
    };
    const { outcome } = await drive(world, rollOut("1.1.0", over), { onCall });
    const looks = world.ledger.entries.flatMap(({ event }) => (event.kind === "observation" ? event : []));
    return { outcome, bad: looks.filter(({ result }) => result !== "healthy") };
  }
  const crashed = "its container ended and was started again by Docker on host-a";

  it("bears one crash as it bears one bad look", async () => {
    const { outcome, bad } = await crashedOnce(1, 15_000, canary);
    expect(outcome).toMatchObject(promoted);
    expect(bad).toMatchObject([{ result: "unhealthy", reason: expect.stringContaining(crashed) as string }]);
  });

  it.each([
    ["before the first look", 1, 500],
    ["between two steps", 3, 0],
  ])("sees a crash %s", async (_when, step, afterMs) => {
    const steps = [10, 50, 100].map((percent) => ({ kind: "weight", percent, holdSeconds: 0 }) as const);
    const watch = { ...plan.watch, strikes: 0 };
    const { outcome } = await crashedOnce(step, afterMs, { ...canary, steps, watch });
    expect(outcome).toMatchObject(back(crashed));
  });

  it("of the settled slot decides nothing", async () => {
    const { outcome } = await rolledOut({}, canary, { memoryPercent: 100, crashesEvery: 3_000 });
    expect(outcome).toMatchObject(promoted);
  });

  it("isn't asked for while only testers are on the candidate", async () => {
    const steps: Plan["steps"] = [{ kind: "weight", percent: 0, holdSeconds: 60 }];
    const { outcome, driver, looks } = await rolledOut({ memoryPercent: 99 }, { ...canary, steps });
    expect(outcome).toMatchObject(promoted);
    expect(looks.map(({ usage }) => usage)).toEqual(looks.map(() => undefined));
    expect(driver.names.filter((name) => name.endsWith(" usage"))).toEqual([]);
  });

  it.each<[string, (world: World) => void, DriverOptions]>([
    ["answers no such question", () => undefined, { faults: [silent] }],
    ["has an engine that hangs", ({ hanging }) => hanging.add("host-b"), {}],
  ])(
    "is unknown on a host that %s: that is said, and neither holds a look up nor decides",
    async (_how, break_, options) => {
      const told: { readonly took: number; readonly said: readonly string[] }[] = [];
      for (const broken of [false, true]) {
        const world = new World();
        await settle(world, "1.0.0");
        world.behaviours.set("1.1.0", {});
        const from = { at: 0 };
        const { outcome, driver } = await drive(world, rollOut("1.1.0", canary), {
          ...(broken ? options : {}),
          onCall: (call) => {
            if (call !== "ledger.append step" || from.at > 0) return;
            from.at = world.clock.now();
            if (broken) break_(world);
          },
        });
        expect(outcome).toMatchObject(promoted);
        const end = world.ledger.entries.find(({ event }) => event.kind === "promoting" && event.rollout === "r-1-1-0");
        told.push({ took: Date.parse(end?.at ?? "") - from.at, said: driver.told });
      }
      const [well, ill] = told;
      expect(ill?.took).toBe(well?.took);
      expect(well?.said.join()).not.toContain("tells no");
      expect(ill?.said.join()).toContain("host-b tells no memory and CPU");
    },
  );
});

describe("an engine that is slow to tell", () => {
  async function asked() {
    const world = new World(["host-a"]);
    await settle(world, "1.0.0", "1.1.0");
    const service = await new Driver(world).open();
    const [host] = world.hosts;
    if (!host) throw new Error("no host");
    const questions: ((reading: ContainerReading | null) => void)[] = [];
    const hosts = service.hosts.map((port) => ({
      ...port,
      usage: (slot: SlotName) =>
        slot === "blue"
          ? Promise.resolve(world.usageOf(host, "blue"))
          : new Promise<ContainerReading | null>((tell) => questions.push(tell)),
    }));
    const reading = (over: Partial<ContainerReading>) =>
      ({ ...world.usageOf(host, "green"), ...over }) as ContainerReading;
    return { questions, reading, run: { ...service, hosts, candidate: "green", settled: "blue" } as const };
  }
  const answered = () => new Promise((resolve) => setImmediate(resolve));

  it("isn't asked again meanwhile, and what it tells late is in the next look", async () => {
    const { questions, reading, run } = await asked();
    const watch = new UsageWatch();
    watch.begin(run);
    await answered();
    questions[0]?.(reading({ restarts: 1, startedAt: 1 }));
    await answered();
    watch.ask(run);
    await answered();
    expect(watch.take(run)).toMatchObject({ known: [{ slot: "blue" }], unknown: ["host-a"] });
    watch.ask(run);
    expect(questions).toHaveLength(2);
    questions[1]?.(reading({ restarts: 2, startedAt: 2 }));
    await answered();
    watch.ask(run);
    questions[2]?.(reading({ restarts: 2, startedAt: 2 }));
    await answered();
    expect(watch.take(run)).toMatchObject({
      known: [{ host: "host-a", slot: "green", restarted: true }, { slot: "blue" }],
      unknown: [],
    });
    expect(watch.take(run)).toEqual({ known: [], unknown: ["host-a"] });
    watch.ask(run);
    questions[3]?.(reading({ restarts: 2, startedAt: 2 }));
    await answered();
    expect(watch.take(run)).toMatchObject({
      known: [{ slot: "green", restarted: false }, { slot: "blue" }],
      unknown: [],
    });
  });

  it("has told nothing of a container that isn't there", async () => {
    const { questions, run } = await asked();
    const watch = new UsageWatch();
    watch.ask(run);
    questions[0]?.(null);
    await answered();
    expect(watch.take(run)).toMatchObject({ known: [{ slot: "blue" }], unknown: ["host-a"] });
  });
});
