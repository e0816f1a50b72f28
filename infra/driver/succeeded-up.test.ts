import { describe, expect, it } from "vitest";
import { ConflictError, UnknownError } from "../model/errors.ts";
import { abortRollout, resumeRollout } from "./resume.ts";
import { Driver } from "./testing/driver.ts";
import { drive, rollOut, settle } from "./testing/plans.ts";
import { World } from "./testing/world.ts";

/** A driver that is stopped in an `up` that fills the candidate: its program was evaluated, the stack is locked. */
async function stoppedInUp() {
  const world = new World();
  await settle(world, "1.0.0");
  const at = await callOf("engine.up");
  const driver = new Driver(world, { pause: { at, when: "half" } });
  const driven = driver.run(rollOut("1.1.0")).then(
    () => null,
    (error: unknown) => error,
  );
  expect(await Promise.race([driven, driver.paused])).toBe("paused");
  return { world, driver, driven };
}

/** Number of the first such call in the next release's rollout, tried on a world of its own. */
async function callOf(call: string): Promise<number> {
  const trial = new World();
  await settle(trial, "1.0.0");
  const { driver } = await drive(trial, rollOut("1.1.0"));
  return driver.names.indexOf(call) + 1;
}

describe("a driver that is stopped in the middle of an `up`", () => {
  it.each([
    ["abort", (service: Parameters<typeof resumeRollout>[0]) => abortRollout(service, "wrong release"), "rolledBack"],
    ["resume", resumeRollout, "promoted"],
  ] as const)("is succeeded by %s, and what it had begun is ended with it", async (_how, takeOver, phase) => {
    const { world, driver, driven } = await stoppedInUp();
    const { outcome } = await drive(world, takeOver);
    expect(outcome).toMatchObject({ state: { phase } });
    const [length, containers] = [
      world.ledger.entries.length,
      JSON.stringify(world.hosts.map((one) => one.containers)),
    ];
    driver.wake();
    expect(await driven).toBeInstanceOf(ConflictError);
    await world.clock.sleep(100_000);
    expect(JSON.stringify(world.hosts.map((one) => one.containers))).toBe(containers);
    expect(world.ledger.entries).toHaveLength(length);
    expect(world.disagreements()).toEqual([]);
  });

  it("on another machine isn't believed to be over: who takes over goes back, says who is at the stack and ends with 3", async () => {
    const { world, driver, driven } = await stoppedInUp();
    const taking = drive(world, (service) => abortRollout(service, "wrong release"), { machine: "elsewhere" });
    const failure: unknown = await taking.catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(UnknownError);
    expect(String(failure)).toContain("Another update of the stack is under way");
    expect(world.hosts.map(({ settled }) => settled)).toEqual(["blue", "blue"]);
    driver.wake();
    expect(await driven).toBeInstanceOf(ConflictError);
    await drive(world, resumeRollout, { machine: "elsewhere" });
    expect(world.disagreements()).toEqual([]);
  });
});
