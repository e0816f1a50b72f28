import { describe, expect, it } from "vitest";
import { rollouts } from "../ledger/rollouts.ts";
import { resumeRollout } from "./resume.ts";
import { canary, drive, goBackTo, rollOut, settle } from "./testing/plans.ts";
import { FakeNotifier } from "./testing/fake-notifier.ts";
import { World } from "./testing/world.ts";

const limit = 1_800_000;

async function settledWorld(...versions: readonly string[]): Promise<World> {
  const world = new World();
  await settle(world, ...versions);
  return world;
}

/** The engine of a host begins to hang when the driver makes this call for the `nth` time. */
function hangsAt(world: World, call: string, nth = 1) {
  let count = 0;
  return (name: string) => {
    if (name === call && ++count === nth) world.hanging.add("host-b");
  };
}

function toldOf(told: readonly string[], begin: string): string {
  return told.find((text) => text.startsWith(begin)) ?? "";
}

/** It woke up, and `sluice resume` brings everything to what the ledger says. */
async function expectResumed(world: World): Promise<void> {
  world.hanging.clear();
  await drive(world, resumeRollout);
  expect(world.disagreements()).toEqual([]);
}

describe("a Docker engine that hangs in the middle of an `up`", () => {
  it("is waited for as long as the settings say, then the rollout goes back, names the host and comes to its end", async () => {
    const world = await settledWorld("1.0.0");
    const before = world.clock.now();
    const { driver, outcome } = await drive(world, rollOut("1.1.0", canary), { onCall: hangsAt(world, "engine.up") });
    expect(outcome).toMatchObject({
      state: {
        phase: "rolledBack",
        blamed: false,
        reason:
          '"up" of local.org1.react-ui took longer than 1800 s (pulumi.upSeconds) and was cancelled: Pulumi was cancelled; ' +
          "the Docker engine of host-b hangs (no answer within 10 s)",
      },
    });
    const took = world.clock.now() - before;
    expect(took).toBeGreaterThanOrEqual(limit);
    // Twice 10 s: once to name the host, once before the `up` that would empty the candidate.
    expect(took).toBeLessThan(limit + 25_000);
    expect(driver.names.filter((name) => name === "engine.up")).toHaveLength(1);
    expect(toldOf(driver.told, "The traffic is where it belongs")).toBe(
      "The traffic is where it belongs, but the stack could not be brought up to date: the Docker engine of host-b hangs " +
        '(no answer within 10 s): no "up" was begun. Run "sluice resume".',
    );
    expect(rollouts(world.ledger.entries).at(-1)?.outcome).toBe("rolledBack");
    await expectResumed(world);
  });

  it("is not waited for once a person stops the driver", async () => {
    const world = await settledWorld("1.0.0");
    const stop = new AbortController();
    const hangs = hangsAt(world, "engine.up");
    const before = world.clock.now();
    const onCall = (name: string) => {
      hangs(name);
      if (name === "engine.up") void world.clock.sleep(60_000).then(() => stop.abort());
    };
    const { outcome } = await drive(world, rollOut("1.1.0", canary), { onCall, signal: stop.signal });
    expect(outcome).toMatchObject({ state: { phase: "rolledBack", reason: "stopped by a person" } });
    expect(world.clock.now() - before).toBeLessThan(60_000 + 15_000);
    await expectResumed(world);
  });

  it("ends what comes after a promotion with a message, and the release stays", async () => {
    const world = await settledWorld("1.0.0");
    const { driver, outcome } = await drive(world, rollOut("1.1.0"), { onCall: hangsAt(world, "engine.up", 2) });
    expect(outcome).toMatchObject({ state: { phase: "promoted" } });
    const said = toldOf(driver.told, "The traffic is where it belongs");
    expect(said).toContain("took longer than 1800 s (pulumi.upSeconds) and was cancelled");
    expect(said).toContain("the Docker engine of host-b hangs");
    await expectResumed(world);
  });

  it("lets go of what comes after a promotion when a person stops the driver", async () => {
    const world = await settledWorld("1.0.0");
    const stop = new AbortController();
    const hangs = hangsAt(world, "engine.up", 2);
    const before = world.clock.now();
    const onCall = (name: string) => {
      hangs(name);
      if (world.hanging.size > 0 && !stop.signal.aborted) stop.abort();
    };
    const { driver, outcome } = await drive(world, rollOut("1.1.0"), { onCall, signal: stop.signal });
    expect(outcome).toMatchObject({ state: { phase: "promoted" } });
    expect(toldOf(driver.told, "The traffic is where it belongs")).toContain("the Docker engine of host-b hangs");
    expect(world.clock.now() - before).toBeLessThan(120_000);
    await expectResumed(world);
  });

  it("does not hold a person's rollback up: the markers move, and the stack is left for later", async () => {
    const world = await settledWorld("1.0.0", "1.1.0");
    world.hanging.add("host-b");
    const { driver, outcome } = await drive(world, goBackTo());
    expect(outcome).toMatchObject({ state: { phase: "rolledBack" }, reverted: true });
    const reverted = world.ledger.entries.findLast(({ event }) => event.kind === "reverted")?.event;
    expect(reverted?.kind === "reverted" && reverted.milliseconds).toBeLessThan(1_000);
    expect(toldOf(driver.told, "The stack is not up to date yet")).toContain("the Docker engine of host-b hangs");
    await expectResumed(world);
  });

  it("keeps one copy at a time from being filled again for a minute and a start, then somebody is paged", async () => {
    const world = await settledWorld("1.0.0");
    world.mayEmptyServed = true;
    const before = world.clock.now();
    // The first two empty the settled slot and fill the candidate.
    world.behaviours.set("1.1.0", { privately: "ill" });
    const onCall = (name: string) => {
      if (name === "ledger.append verified") world.hanging.add("host-b");
    };
    const pager = new FakeNotifier("pager", "well", ["stranded"]);
    const notifiers = [pager];
    const { outcome } = await drive(world, rollOut("1.1.0", { strategy: "recreate" }), { onCall, notifiers });
    expect(outcome).toMatchObject({ state: { phase: "stranded" } });
    expect(world.clock.now() - before).toBeLessThan(limit);
    expect(pager.changes).toEqual(["stranded"]);
    await expectResumed(world);
  });
});

describe("an `up` that nothing holds up", () => {
  it("is cancelled all the same when a person stops the driver while a slot is being filled", async () => {
    const world = await settledWorld("1.0.0");
    const stop = new AbortController();
    const onCall = (name: string) => {
      if (name === "engine.up") stop.abort();
    };
    const { driver, outcome } = await drive(world, rollOut("1.1.0"), { onCall, signal: stop.signal });
    expect(outcome).toMatchObject({ state: { phase: "rolledBack", reason: "stopped by a person", blamed: false } });
    expect(driver.names).not.toContain("host-a prepare");
    expect(world.disagreements()).toEqual([]);
  });

  it("is finished in order when a person stops the driver after a promotion", async () => {
    const world = await settledWorld("1.0.0");
    const stop = new AbortController();
    let ups = 0;
    const onCall = (name: string) => {
      if (name === "engine.up" && ++ups === 2) stop.abort();
    };
    const { outcome } = await drive(world, rollOut("1.1.0"), { onCall, signal: stop.signal });
    expect(outcome).toMatchObject({ state: { phase: "promoted" } });
    expect(world.disagreements()).toEqual([]);
  });
});
