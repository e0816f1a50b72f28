import { expect, it } from "vitest";
import { drive, goBackTo, rollOut, settle } from "./testing/plans.ts";
import { World } from "./testing/world.ts";

it("a way back to what is newer than what serves is refused: that would come in past every gate", async () => {
  const world = new World();
  await settle(world, "1.0.0", "1.1.0", "1.2.0");
  await drive(world, goBackTo("1.0.0"));
  const entries = world.ledger.entries.length;
  await expect(drive(world, goBackTo("1.1.0", { id: "forward" }))).rejects.toThrow(
    '1.1.0 came after what serves now; that is forward: "sluice rollout" brings it in',
  );
  expect(world.ledger.entries).toHaveLength(entries);
});

it("what is newer comes in again by a rollout", async () => {
  const world = new World();
  await settle(world, "1.0.0", "1.1.0", "1.2.0");
  await drive(world, goBackTo("1.0.0"));
  expect((await drive(world, rollOut("1.1.0", {}, { id: "again" }))).outcome).toMatchObject({
    state: { phase: "promoted" },
  });
});
