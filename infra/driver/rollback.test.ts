import { describe, expect, it } from "vitest";
import { declared } from "../ledger/declared.ts";
import { digestFor } from "../ledger/testing/events.ts";
import { quarantine, rollouts, unfinishedRevert } from "../ledger/rollouts.ts";
import { abortRollout, resumeRollout } from "./resume.ts";
import { retire } from "./retire.ts";
import { drive, goBackTo, rollOut, settle } from "./testing/plans.ts";
import { World } from "./testing/world.ts";

const back = (version: string | null = null, id = "back") => goBackTo(version, { id });

async function settledWorld(...versions: string[]): Promise<World> {
  const world = new World();
  await settle(world, ...versions);
  return world;
}

function serving(world: World): string | undefined {
  const { settled, slots } = declared(world.ledger.entries);
  return settled ? slots[settled]?.revision.release.version : undefined;
}

describe("going back while the old slot is warm", () => {
  it("moves the markers without the engine in its way, and quarantines what was left", async () => {
    const world = await settledWorld("1.0.0", "1.1.0");
    const { outcome, driver } = await drive(world, back());
    expect(outcome).toEqual({
      kind: "ended",
      rollout: "r-1-1-0",
      state: { phase: "rolledBack", reason: "checkout is broken", blamed: true },
      reverted: true,
    });
    expect(serving(world)).toBe("1.0.0");
    expect(driver.names.indexOf("engine.up")).toBeGreaterThan(driver.names.lastIndexOf("host-b probe"));
    expect([...quarantine(world.ledger.entries)].map(([digest, { reason }]) => [digest, reason])).toEqual([
      [digestFor("1.1.0"), "checkout is broken"],
    ]);
    expect(world.disagreements()).toEqual([]);
  });

  it("takes a lease away that the last rollout could not end", async () => {
    const world = await settledWorld("1.0.0");
    const faults = [(call: string) => (call.endsWith("clear") ? ("before" as const) : null)];
    await drive(world, rollOut("1.1.0"), { faults });
    expect(world.hosts.every((host) => host.state().leaseTicks > 0)).toBe(true);
    expect((await drive(world, back())).outcome).toMatchObject({ state: { phase: "rolledBack" } });
    expect(world.disagreements()).toEqual([]);
  });

  it("moves all markers back to where they were when one host fails, and says so", async () => {
    const world = await settledWorld("1.0.0", "1.1.0");
    let settles = 0;
    const faults = [(call: string) => (call === "host-b settle" && ++settles === 1 ? ("before" as const) : null)];
    await expect(drive(world, back(), { faults })).rejects.toThrow(/moved back to green: host-b/);
    expect(serving(world)).toBe("1.1.0");
    expect(unfinishedRevert(world.ledger.entries)).toBeNull();
    expect(world.disagreements()).toEqual([]);
  });

  it("stays open when the markers can't even be moved back, and resume goes on with it", async () => {
    const world = await settledWorld("1.0.0", "1.1.0");
    world.mayBeApartFor = Infinity;
    let settled = 0;
    const fails = (call: string) => call === "host-b settle" || (call === "host-a settle" && ++settled > 1);
    const faults = [(call: string) => (fails(call) ? ("before" as const) : null)];
    await expect(drive(world, back(), { faults })).rejects.toThrow(/neither to blue/);
    await expect(drive(world, rollOut("1.2.0"))).rejects.toThrow(/was not seen through/);
    await expect(drive(world, retire)).rejects.toThrow(/was not seen through/);
    await expect(drive(world, (service) => abortRollout(service, "no"))).rejects.toThrow(
      'was not seen through; "sluice resume" goes on with it',
    );
    await drive(world, resumeRollout);
    expect(serving(world)).toBe("1.0.0");
    expect(world.disagreements()).toEqual([]);
  });

  it("is written down by one of two who ask at once; the other changes nothing", async () => {
    const world = await settledWorld("1.0.0", "1.1.0");
    const both = await Promise.allSettled([drive(world, back()), drive(world, back())]);
    expect(both.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    expect(serving(world)).toBe("1.0.0");
    expect(world.disagreements()).toEqual([]);
  });

  it("doesn't return to what was left when it is asked for twice", async () => {
    const world = await settledWorld("1.0.0", "1.1.0");
    await drive(world, back());
    await expect(drive(world, back())).rejects.toThrow("no earlier release served");
  });
});

describe("going back when the old slot is gone", () => {
  it("fills it again from the ledger, settles it at once, and quarantines what was left", async () => {
    const world = await settledWorld("1.0.0", "1.1.0", "1.2.0");
    const { outcome, driver } = await drive(world, back("1.0.0"));
    expect(outcome).toMatchObject({ rollout: "back", state: { phase: "promoted" } });
    expect(serving(world)).toBe("1.0.0");
    expect(driver.names.filter((name) => name === "ledger.append step")).toEqual([]);
    expect(rollouts(world.ledger.entries).at(-1)).toMatchObject({ purpose: "rollback", reason: "checkout is broken" });
    expect([...quarantine(world.ledger.entries)].map(([digest, { reason }]) => [digest, reason])).toEqual([
      [digestFor("1.2.0"), "checkout is broken"],
    ]);
    expect(world.disagreements()).toEqual([]);
  });

  it("does so where the warm slot isn't healthy any more", async () => {
    const world = await settledWorld("1.0.0", "1.1.0");
    world.behaviours.set("1.0.0", { privately: "ill" });
    const { outcome, driver } = await drive(world, back());
    expect(driver.told.join()).toContain("blue still holds 1.0.0 but is not healthy");
    expect(outcome).toMatchObject({ state: { phase: "rolledBack" } });
    expect(serving(world)).toBe("1.1.0");
    expect(world.disagreements()).toEqual([]);
  });

  it.each([
    ["the old slot is gone", "1.0.0", "well"],
    ["the warm slot isn't healthy any more", "1.1.0", "ill"],
  ] as const)("touches nothing where the engine isn't there: %s", async (_what, version, privately) => {
    const world = await settledWorld("1.0.0", "1.1.0", "1.2.0");
    world.behaviours.set("1.1.0", { privately });
    const entries = world.ledger.entries.length;
    const beforeFilling = () => Promise.reject(new Error("no engine"));
    const command = goBackTo(version, { beforeFilling });
    await expect(drive(world, command)).rejects.toThrow("no engine");
    expect(world.ledger.entries).toHaveLength(entries);
    expect(world.disagreements()).toEqual([]);
  });

  it("doesn't settle a target that doesn't answer through the gateway, and puts no blame on it", async () => {
    const world = await settledWorld("1.0.0", "1.1.0", "1.2.0");
    world.behaviours.set("1.0.0", { throughGateway: "silent" });
    const { outcome } = await drive(world, back("1.0.0"));
    expect(outcome).toMatchObject({ state: { phase: "rolledBack" } });
    expect(serving(world)).toBe("1.2.0");
    expect(quarantine(world.ledger.entries).size).toBe(0);
  });

  it.each([
    ["a version that never served", "3.0.0", "3.0.0 never served here"],
    ["what serves already", "1.1.0", "1.1.0 serves already"],
  ])("refuses %s", async (_what, version, reason) => {
    const world = await settledWorld("1.0.0", "1.1.0");
    await expect(drive(world, back(version))).rejects.toThrow(reason);
  });

  it("refuses a release that was rolled back itself", async () => {
    const world = await settledWorld("1.0.0", "1.1.0");
    await drive(world, back());
    await settle(world, "1.2.0");
    await expect(drive(world, back("1.1.0"))).rejects.toThrow("1.1.0 is in quarantine");
  });
});

describe("one copy at a time", () => {
  it("goes forward and back without two copies on a host at once", async () => {
    const world = await settledWorld("1.0.0");
    world.mayEmptyServed = true;
    const twoAtOnce: string[] = [];
    const onCall = (call: string) => {
      for (const { name, containers } of world.hosts)
        if (containers.blue && containers.green) twoAtOnce.push(`${name}: ${call}`);
    };
    const forward = await drive(world, rollOut("1.1.0", { strategy: "recreate" }), { onCall });
    expect(forward.outcome).toMatchObject({ state: { phase: "promoted" } });
    expect(serving(world)).toBe("1.1.0");
    world.behaviours.set("1.2.0", { errorPercent: 90 });
    const andBack = await drive(world, rollOut("1.2.0", { strategy: "recreate" }), { onCall });
    expect(andBack.outcome).toMatchObject({ state: { phase: "rolledBack" } });
    expect(serving(world)).toBe("1.1.0");
    expect(twoAtOnce).toEqual([]);
    expect(world.disagreements()).toEqual([]);
  });
});

describe("retire", () => {
  it("empties the slot that isn't settled, once", async () => {
    const world = await settledWorld("1.0.0", "1.1.0");
    await drive(world, retire);
    expect(declared(world.ledger.entries).slots.blue).toBeNull();
    expect((await drive(world, retire)).outcome).toEqual({ kind: "nothingToDo", reason: "blue is empty already" });
    expect(world.disagreements()).toEqual([]);
  });

  it("is refused before anything is settled", async () => {
    await expect(drive(new World(), retire)).rejects.toThrow("nothing is settled");
  });
});

describe("resume", () => {
  it("notes that the lease lapsed, and goes on from the step with a new hold", async () => {
    const world = await settledWorld("1.0.0");
    await drive(world, rollOut("1.1.0"), { kill: { at: 34, when: "after" } });
    await world.clock.sleep(60_000);
    expect(world.hosts.map((host) => host.route(0).target)).toEqual(["blue", "blue"]);
    expect((await drive(world, resumeRollout)).outcome).toMatchObject({ state: { phase: "promoted" } });
    const last = rollouts(world.ledger.entries).at(-1);
    expect(last?.lapses.map(({ reason }) => reason)).toEqual([
      "nobody renewed the lease on host-a, host-b: all clients there were on the settled slot",
    ]);
    expect(last?.outcome).toBe("promoted");
  });

  it("notes no lapse while the lease lasts", async () => {
    const world = await settledWorld("1.0.0");
    await drive(world, rollOut("1.1.0"), { kill: { at: 34, when: "after" } });
    await drive(world, resumeRollout);
    expect(rollouts(world.ledger.entries).at(-1)?.lapses).toEqual([]);
  });

  it("moves a marker that is astray to where the ledger has it", async () => {
    const world = await settledWorld("1.0.0", "1.1.0");
    world.mayBeApartFor = Infinity;
    const [host] = world.hosts;
    if (host) host.settled = "blue";
    const { driver } = await drive(world, resumeRollout);
    expect(driver.told.join()).toContain("green is settled now on host-a");
    expect(world.disagreements()).toEqual([]);
  });

  it("can't tell while a host doesn't answer", async () => {
    const world = await settledWorld("1.0.0");
    const faults = [(call: string) => (call.startsWith("host-b") ? ("before" as const) : null)];
    await expect(drive(world, resumeRollout, { faults })).rejects.toThrow(/could not be seen what serves: host-b/);
  });
});

describe("abort", () => {
  it("is refused without a rollout, and touches nothing", async () => {
    const world = await settledWorld("1.0.0");
    const { driver } = await drive(world, (service) => abortRollout(service, "no").catch(() => "refused"));
    expect(driver.names).toEqual(["ledger.read", "spool.read"]);
  });
});

describe("opening the journal", () => {
  it("leaves the spool alone: only what acts empties it", async () => {
    const world = await settledWorld("1.0.0");
    const { driver } = await drive(world, () => Promise.resolve());
    expect(driver.names).toEqual(["ledger.read"]);
  });
});
