import { describe, expect, it } from "vitest";
import { rollouts } from "../ledger/rollouts.ts";
import { resumeRollout } from "./resume.ts";
import { drive, goBackTo, rollOut, settle } from "./testing/plans.ts";
import { World } from "./testing/world.ts";

const only = (host: string) => [host];
const both = ["host-a", "host-b"];

/** 1.0.0 serves on these hosts alone. */
async function servingOn(hosts: readonly string[]): Promise<World> {
  const world = new World();
  await settle(world, { version: "1.0.0", hosts });
  return world;
}

/** By host, the version that its users get. */
function served(world: World): readonly (string | null)[] {
  return world.hosts.map(({ settled, containers }) => (settled && containers[settled]?.release.version) ?? null);
}

function outcomes(world: World) {
  return rollouts(world.ledger.entries).map(({ outcome }) => outcome);
}

describe("a host that joins a service", () => {
  it("serves once the first release that is filled on it is settled, the same one or a newer", async () => {
    for (const version of ["1.0.0", "1.1.0"]) {
      const world = await servingOn(only("host-a"));
      expect(served(world)).toEqual(["1.0.0", null]);
      const { driver, outcome } = await drive(world, rollOut(version, {}, { hosts: both, id: "second" }));
      expect(outcome).toMatchObject({ state: { phase: "promoted" } });
      expect(served(world)).toEqual([version, version]);
      expect(driver.told).toContain(`host-b joins: it serves nobody (503) until ${version} is settled`);
      expect(world.disagreements()).toEqual([]);
    }
  });

  it.each([{ privately: "ill" }, { errorPercent: 100 }, { throughGateway: "ill" }] as const)(
    "goes back to serving nobody when the release is bad: %o",
    async (behaviour) => {
      const world = await servingOn(only("host-a"));
      world.behaviours.set("1.1.0", behaviour);
      const { outcome } = await drive(world, rollOut("1.1.0", {}, { hosts: both }));
      expect(outcome).toMatchObject({ state: { phase: "rolledBack" } });
      expect(served(world)).toEqual(["1.0.0", null]);
      expect(world.disagreements()).toEqual([]);
    },
  );

  it("that can't be reached ends the rollout on the settled slot, not stranded: it has no users", async () => {
    const world = await servingOn(only("host-a"));
    world.unreachable.add("host-b");
    const { outcome } = await drive(world, rollOut("1.1.0", {}, { hosts: both }));
    expect(outcome).toMatchObject({ state: { phase: "rolledBack" } });
    expect(outcomes(world)).toEqual(["promoted", "rolledBack"]);
    expect(served(world)).toEqual(["1.0.0", null]);
  });

  it("isn't left without anything by a way back: the release before is filled on it, too", async () => {
    const world = await servingOn(only("host-a"));
    await drive(world, rollOut("1.1.0", {}, { hosts: both }));
    const { outcome } = await drive(world, goBackTo());
    expect(outcome).toMatchObject({ kind: "ended", state: { phase: "promoted" } });
    expect(served(world)).toEqual(["1.0.0", "1.0.0"]);
    expect(world.disagreements()).toEqual([]);
  });

  it("is in the way of nobody before: a way back and a resume work without it", async () => {
    const world = await servingOn(only("host-a"));
    await drive(world, rollOut("1.1.0", {}, { hosts: only("host-a") }));
    world.unreachable.add("host-b");
    const { outcome } = await drive(world, goBackTo(null, { hosts: both }));
    expect(outcome).toMatchObject({ reverted: true });
    expect(served(world)).toEqual(["1.0.0", null]);
    world.unreachable.clear();
    await drive(world, resumeRollout);
    expect(world.disagreements()).toEqual([]);
  });
});

describe("a host that leaves a service", () => {
  it("serves until the first release without it is settled, and nobody from then on", async () => {
    const world = await servingOn(both);
    const { driver, outcome } = await drive(world, rollOut("1.1.0", {}, { hosts: only("host-a") }));
    expect(outcome).toMatchObject({ state: { phase: "promoted" } });
    expect(driver.told).toContain("host-b leaves: it serves nobody (503) once 1.1.0 is settled");
    expect(served(world)).toEqual(["1.1.0", null]);
    expect(world.disagreements()).toEqual([]);
    await settle(world, "1.2.0");
    expect(served(world)).toEqual(["1.2.0", "1.2.0"]);
    expect(world.disagreements()).toEqual([]);
  });

  it.each([{ privately: "ill" }, { errorPercent: 100 }] as const)(
    "serves on when the release is bad: %o",
    async (behaviour) => {
      const world = await servingOn(both);
      world.behaviours.set("1.1.0", behaviour);
      const { outcome } = await drive(world, rollOut("1.1.0", {}, { hosts: only("host-a") }));
      expect(outcome).toMatchObject({ state: { phase: "rolledBack" } });
      expect(served(world)).toEqual(["1.0.0", "1.0.0"]);
      expect(world.disagreements()).toEqual([]);
    },
  );

  it("is back at once with the release before, as long as that is warm there", async () => {
    const world = await servingOn(both);
    await drive(world, rollOut("1.1.0", {}, { hosts: only("host-a") }));
    const { outcome } = await drive(world, goBackTo());
    expect(outcome).toMatchObject({ reverted: true });
    expect(served(world)).toEqual(["1.0.0", "1.0.0"]);
    expect(world.disagreements()).toEqual([]);
  });

  it("stays away from a release of before that has to be filled again", async () => {
    const world = await servingOn(both);
    await drive(world, rollOut("1.1.0", {}, { hosts: only("host-a") }));
    await drive(world, rollOut("1.2.0", {}, { hosts: only("host-a") }));
    await drive(world, goBackTo("1.0.0", { hosts: only("host-a") }));
    expect(served(world)).toEqual(["1.0.0", null]);
    expect(world.disagreements()).toEqual([]);
  });

  it("takes another one's place in one rollout", async () => {
    const world = await servingOn(only("host-a"));
    const { outcome } = await drive(world, rollOut("1.1.0", {}, { hosts: only("host-b") }));
    expect(outcome).toMatchObject({ state: { phase: "promoted" } });
    expect(served(world)).toEqual([null, "1.1.0"]);
    expect(world.disagreements()).toEqual([]);
  });
});
