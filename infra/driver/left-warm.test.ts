import { describe, expect, it } from "vitest";
import { declared } from "../ledger/declared.ts";
import { resumeRollout } from "./resume.ts";
import { retire } from "./retire.ts";
import type { plan } from "./testing/plans.ts";
import { careful, drive, rollOut, settle } from "./testing/plans.ts";
import { type Behaviour, World } from "./testing/world.ts";

const keepRolledBack = { keepRolledBack: true };

/** 1.0.0 serves, and 1.1.0 behaves like this. */
async function rolledBack(behaviour: Behaviour, over = keepRolledBack as Partial<typeof plan>) {
  const world = new World();
  await settle(world, "1.0.0");
  world.behaviours.set("1.1.0", behaviour);
  const { outcome, driver } = await drive(world, rollOut("1.1.0", over));
  expect(outcome).toMatchObject({ state: { phase: "rolledBack" } });
  expect(world.disagreements()).toEqual([]);
  return { world, driver };
}

const green = (world: World) => declared(world.ledger.entries).slots.green?.revision.release.version ?? null;

describe("a release that its users didn't like", () => {
  it("stays warm for the pages that they have open, and that is said", async () => {
    const { world, driver } = await rolledBack({ errorPercent: 50 });
    expect(green(world)).toBe("1.1.0");
    expect(driver.told).toContainEqual(expect.stringContaining("green keeps 1.1.0 for the pages that users have open"));
  });

  it("stays warm when the stack is brought up once more, until it is retired", async () => {
    const { world } = await rolledBack({ errorPercent: 50 });
    await drive(world, resumeRollout);
    expect(green(world)).toBe("1.1.0");
    await drive(world, retire);
    expect(green(world)).toBeNull();
    expect(world.disagreements()).toEqual([]);
  });

  it("makes room for the next one", async () => {
    const { world } = await rolledBack({ errorPercent: 50 });
    const { outcome } = await drive(world, rollOut("1.2.0", keepRolledBack));
    expect(outcome).toMatchObject({ state: { phase: "promoted" } });
    expect(green(world)).toBe("1.2.0");
    expect(world.disagreements()).toEqual([]);
  });

  it.each<[string, Behaviour, Partial<typeof plan>]>([
    ["its plan doesn't say so", { errorPercent: 50 }, {}],
    ["no user ever saw it", { privately: "ill" }, keepRolledBack],
    ["only copies of users' requests came to it", { errorPercent: 50 }, { ...careful, ...keepRolledBack }],
  ])("is emptied where %s", async (_what, behaviour, over) => {
    const { world } = await rolledBack(behaviour, over);
    expect(green(world)).toBeNull();
  });

  it("is emptied where it answers no more", async () => {
    const world = new World();
    await settle(world, "1.0.0");
    world.behaviours.set("1.1.0", { errorPercent: 50 });
    const onCall = (call: string) => {
      if (call === "host-a clear") world.behaviours.set("1.1.0", { privately: "silent", errorPercent: 50 });
    };
    await drive(world, rollOut("1.1.0", keepRolledBack), { onCall });
    expect(green(world)).toBeNull();
    expect(world.disagreements()).toEqual([]);
  });
});
