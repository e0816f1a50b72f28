import { expect, it } from "vitest";
import { Driver } from "./testing/driver.ts";
import { drive, rollOut, settle } from "./testing/plans.ts";
import { World } from "./testing/world.ts";

const hour = 3_600_000;
const steps = [{ kind: "weight", percent: 100, holdSeconds: 600 }] as const;

it.each([hour, -hour])("a watch lasts as long as it is to when the driver's clock is set by %i ms", async (ms) => {
  const world = new World();
  await settle(world, "1.0.0");
  const began = world.clock.steady();
  const onCall = (call: string, count: number) => {
    if (call === "host-a observe" && count > 40) {
      world.clock.set(ms);
      ms = 0;
    }
  };
  const { outcome } = await drive(world, rollOut("1.1.0", { steps: [...steps] }), { onCall });
  expect(outcome).toMatchObject({ state: { phase: "promoted" } });
  const lasted = (world.clock.steady() - began) / 1000;
  expect(lasted).toBeGreaterThan(600);
  expect(lasted).toBeLessThan(660);
  expect(world.disagreements()).toEqual([]);
});

it.each([hour, -hour])("a rollback is given its minute when the driver's clock is set by %i ms", async (ms) => {
  const world = new World();
  await settle(world, "1.0.0");
  world.behaviours.set("1.1.0", { errorPercent: 50 });
  let failed = 0;
  const driver = new Driver(world, {
    onCall: (call) => {
      if (call !== "host-b clear") return;
      world.unreachable.add("host-b");
      if (++failed === 5) world.clock.set(ms);
      if (failed === 20) world.unreachable.delete("host-b");
    },
  });
  expect(await driver.run(rollOut("1.1.0"))).toMatchObject({ state: { phase: "rolledBack" } });
  const event = world.ledger.entries.findLast(({ event: { kind } }) => kind === "rolledBack")?.event;
  const milliseconds = event?.kind === "rolledBack" ? (event.milliseconds ?? 0) : 0;
  expect(milliseconds).toBeGreaterThan(15_000);
  expect(milliseconds).toBeLessThan(60_000);
});
