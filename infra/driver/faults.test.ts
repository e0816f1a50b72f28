import { describe, expect, it } from "vitest";
import { declared } from "../ledger/declared.ts";
import { rollouts } from "../ledger/rollouts.ts";
import { resumeRollout } from "./resume.ts";
import { Driver, type Fault } from "./testing/driver.ts";
import { FakeSpool } from "./testing/fake-ledger.ts";
import { ended, scenarios } from "./testing/kills.ts";
import { canary, drive, rollOut, settle } from "./testing/plans.ts";
import { World } from "./testing/world.ts";

const scenario = scenarios["a canary"];
const command = rollOut("1.1.0", canary);
const calls = 96;

async function settledWorld(ill = false): Promise<World> {
  const world = new World();
  await settle(world, "1.0.0");
  if (ill) world.behaviours.set("1.1.0", { errorPercent: 50 });
  return world;
}

/** Broken from its n-th call on, those whose name matches. */
function from(at: number, which: RegExp, how: "before" | "lost" = "before", until = Infinity): Fault {
  let count = 0;
  return (call) => (++count >= at && count < until && which.test(call) ? how : null);
}

/** No event is there twice, except those that a rollout repeats by its nature. */
function twice({ ledger }: World): readonly string[] {
  const once = ledger.entries.map(({ event, at }) => JSON.stringify([event, event.kind === "observation" ? at : ""]));
  return once.filter((text, index) => once.indexOf(text) !== index && !text.includes('"resumed"'));
}

describe.each([
  ["well", false],
  ["ill", true],
])("a release that is %s", (_how, ill) => {
  it.each([
    ["fails once", /./, "before"],
    ["loses its answer once", /./, "lost"],
  ] as const)(
    "ends in old or new when any call %s, and nothing is appended twice",
    { timeout: 300_000 },
    async (_w, which, how) => {
      const wrong: string[] = [];
      for (let at = 1; at <= calls; at++) {
        const world = await settledWorld(ill);
        const spool = new FakeSpool();
        await drive(world, command, { faults: [from(at, which, how, at + 1)], spool }).catch(() => undefined);
        if (spool.lines.length > 0 && world.ledger.entries.length === 0) wrong.push(`${at}: lost`);
        wrong.push(...(await ended(scenario, world, spool)).map((what) => `${at}: ${what}`));
        wrong.push(...twice(world).map((text) => `${at}: twice ${text}`));
        if (ill && declared(world.ledger.entries).settled !== "blue") wrong.push(`${at}: an ill release is settled`);
      }
      expect(wrong).toEqual([]);
    },
  );

  it.each([
    ["a host", /^host-b/],
    ["the ledger", /^ledger/],
    ["the engine", /^engine/],
    ["the ledger's answers", /^ledger.append/],
  ])(
    "ends in old or new when %s is away from any call on, and is back for the resume",
    { timeout: 300_000 },
    async (what, which) => {
      const wrong: string[] = [];
      for (let at = 3; at <= calls; at++) {
        const world = await settledWorld(ill);
        const spool = new FakeSpool();
        const how = what.endsWith("answers") ? "lost" : "before";
        // The world doesn't know that the host is away, and sees its marker.
        if (what === "a host") world.mayBeApartFor = Infinity;
        const { outcome } = await drive(world, command, { faults: [from(at, which, how)], spool }).catch(() => ({
          outcome: null,
        }));
        if (outcome !== null && outcome !== "killed" && outcome.kind === "ended") {
          const { phase } = outcome.state;
          const said = rollouts(world.ledger.entries).at(-1)?.outcome;
          if (what === "a host" && phase !== said) wrong.push(`${at}: ended ${phase}, the ledger says ${said}`);
          if (what !== "a host" && phase === "stranded") wrong.push(`${at}: stranded, although every host answers`);
        }
        wrong.push(...(await ended(scenario, world, spool)).map((text) => `${at}: ${text}`));
        wrong.push(...twice(world).map((text) => `${at}: twice ${text}`));
      }
      expect(wrong).toEqual([]);
    },
  );
});

describe("a rollback without ledger and engine", () => {
  it("takes as long as with them, and is in the ledger after the next command on this machine", async () => {
    const world = await settledWorld(true);
    const spool = new FakeSpool();
    let away = false;
    const faults: Fault[] = [(call) => (away && /^(ledger|engine)/.test(call) ? "before" : null)];
    const { outcome } = await drive(world, command, {
      spool,
      faults,
      onCall: (call) => (away ||= call.endsWith("lease")),
    });
    expect(outcome).toMatchObject({ state: { phase: "rolledBack" } });
    expect(world.hosts.map((host) => host.route(0).target)).toEqual(["blue", "blue"]);
    expect(rollouts(world.ledger.entries).at(-1)?.outcome).toBe("active");
    expect(spool.lines.map(({ event }) => event.kind).slice(-2)).toEqual(["rollingBack", "rolledBack"]);
    const last = spool.lines.at(-1)?.event;
    expect(last?.kind === "rolledBack" && (last.milliseconds ?? 0)).toBeLessThan(100);
    await drive(world, resumeRollout, { spool });
    expect(spool.lines).toEqual([]);
    expect(rollouts(world.ledger.entries).at(-1)?.outcome).toBe("rolledBack");
    expect(world.disagreements()).toEqual([]);
  });

  it("is not written over what another machine did meanwhile", async () => {
    const world = await settledWorld(true);
    const spool = new FakeSpool();
    let away = false;
    const faults: Fault[] = [(call) => (away && call.startsWith("ledger") ? "before" : null)];
    await drive(world, command, { spool, faults, onCall: (call) => (away ||= call.endsWith("lease")) });
    await drive(world, resumeRollout);
    await settle(world, "1.2.0");
    const before = world.ledger.entries.length;
    const { driver, outcome } = await drive(world, resumeRollout, { spool });
    expect(outcome).toMatchObject({ kind: "nothingToDo" });
    expect(driver.told.join()).toContain("Another driver went on meanwhile");
    expect(world.ledger.entries).toHaveLength(before);
    expect(spool.lines).toEqual([]);
    expect(declared(world.ledger.entries).settled).toBe("green");
    expect(world.disagreements()).toEqual([]);
  });

  it("does no more between the verdict and the hosts than memory work", async () => {
    const world = await settledWorld(true);
    const { driver } = await drive(world, command);
    const cleared = driver.names.indexOf("host-a clear");
    expect(driver.names.slice(cleared - 2, cleared + 2)).toEqual([
      "host-a observe",
      "host-b observe",
      "host-a clear",
      "host-b clear",
    ]);
    const event = world.ledger.entries.findLast(({ event: { kind } }) => kind === "rolledBack")?.event;
    // clear, two probes one after another, one request: 10 ms each.
    expect(event).toMatchObject({ milliseconds: 40 });
  });
});

describe("a host that can't be reached in a rollback", () => {
  it("strands it after a minute, by name; the lease lapses; resume ends it", async () => {
    const world = await settledWorld(true);
    const onCall = (call: string) => {
      if (call === "ledger.append observation" || call === "host-a clear") world.unreachable.add("host-b");
    };
    const { outcome } = await drive(world, command, { onCall });
    expect(outcome).toMatchObject({ state: { phase: "stranded" } });
    expect(rollouts(world.ledger.entries).at(-1)?.strandedHosts).toEqual(["host-b"]);
    expect(world.hosts.map((host) => host.route(0).target)).toEqual(["blue", "blue"]);
    await expect(drive(world, rollOut("1.2.0"))).rejects.toThrow(/stranded/);
    world.unreachable.clear();
    expect((await drive(world, resumeRollout)).outcome).toMatchObject({ state: { phase: "rolledBack" } });
    expect(world.disagreements()).toEqual([]);
  });
});

describe("a first release whose stack can't be brought up", () => {
  it("ends rolled back, not stranded, and may be tried again", async () => {
    const world = new World();
    const { outcome } = await drive(world, rollOut("1.0.0"), { faults: [from(1, /^engine/)] });
    expect(outcome).toMatchObject({ state: { phase: "rolledBack" } });
    const { outcome: second } = await drive(world, rollOut("1.0.1"));
    expect(second).toMatchObject({ state: { phase: "promoted" } });
    expect(world.disagreements()).toEqual([]);
  });

  it("leaves the gateways without a slot when it fails later", async () => {
    const world = new World();
    world.behaviours.set("1.0.0", { throughGateway: "ill" });
    const { outcome } = await drive(world, rollOut("1.0.0"));
    expect(outcome).toMatchObject({
      state: { phase: "rolledBack", reason: expect.stringContaining("answers 500") as string },
    });
    expect(world.hosts.map((host) => host.route(0))).toEqual(
      Array(2).fill({ settled: null, target: null, copies: null }),
    );
    expect(declared(world.ledger.entries)).toMatchObject({ settled: null, slots: { blue: null, green: null } });
    expect(world.disagreements()).toEqual([]);
  });
});

describe("a person stops the driver", () => {
  it("at any call: it goes back, or is through already", { timeout: 300_000 }, async () => {
    const wrong: string[] = [];
    for (let at = 1; at <= calls; at++) {
      const world = await settledWorld();
      const stop = new AbortController();
      let through = false;
      const onCall = (call: string, count: number) => {
        through ||= !stop.signal.aborted && call === "ledger.append promoted";
        if (count === at) stop.abort();
      };
      const { outcome } = await drive(world, command, { signal: stop.signal, onCall });
      const phase = outcome !== "killed" && outcome.kind === "ended" ? outcome.state.phase : "";
      // What the ledger is told just then, it may have as settled.
      const ends = through ? ["promoted"] : ["rolledBack"];
      if (!ends.includes(phase)) wrong.push(`${at}: ${phase}`);
      if (rollouts(world.ledger.entries).at(-1)?.outcome !== phase) wrong.push(`${at}: the ledger has it otherwise`);
      wrong.push(...world.disagreements().map((what) => `${at}: ${what}`));
    }
    expect(wrong).toEqual([]);
  });

  it.each(["step", "observation", "verified"])("doesn't wait for a ledger that hangs: %s", async (kind) => {
    const world = await settledWorld();
    const stop = new AbortController();
    let clearedAt = 0;
    const onCall = (call: string) => {
      if (call.endsWith("clear") && clearedAt === 0) clearedAt = world.clock.steady();
    };
    const driver = new Driver(world, { signal: stop.signal, onCall });
    const service = await driver.open();
    let stoppedAt = 0;
    world.slowLedger = (event) => {
      if (event !== kind || stoppedAt > 0) return 0;
      stoppedAt = world.clock.steady() + 100;
      void world.clock.sleep(100).then(() => stop.abort());
      return 30_000;
    };
    expect(await command(service)).toMatchObject({ state: { phase: "rolledBack", reason: "stopped by a person" } });
    expect(clearedAt - stoppedAt).toBeLessThan(100);
    expect(rollouts(world.ledger.entries).at(-1)?.outcome).toBe("rolledBack");
    expect(world.disagreements()).toEqual([]);
  });

  it("doesn't wait for a check that takes minutes", async () => {
    const world = await settledWorld();
    const stop = new AbortController();
    const asked = Promise.withResolvers<AbortSignal>();
    const command = {
      run: (_argv: unknown, _environment: unknown, _timeout: unknown, signal: AbortSignal) => {
        asked.resolve(signal);
        return new Promise<never>(() => undefined);
      },
    };
    const health = { ...canary.health, command: ["dast"] };
    const driven = drive(world, rollOut("1.1.0", { health }), { signal: stop.signal, command });
    const given = await asked.promise;
    stop.abort();
    expect((await driven).outcome).toMatchObject({ state: { phase: "rolledBack", reason: "stopped by a person" } });
    expect(given.aborted).toBe(true);
  });
});
