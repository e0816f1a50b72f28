import { describe, expect, it } from "vitest";
import type { LedgerEvent } from "../ledger/event.ts";
import { stream } from "../ledger/testing/events.ts";
import { ConflictError, messageOf } from "../model/errors.ts";
import { abortRollout, resumeRollout } from "./resume.ts";
import { Driver } from "./testing/driver.ts";
import { canary, drive, rollOut, settle } from "./testing/plans.ts";
import { World } from "./testing/world.ts";

const command = rollOut("1.1.0", canary);

async function settledWorld(): Promise<World> {
  const world = new World();
  await settle(world, "1.0.0");
  return world;
}

describe("another driver takes over while the first one only sleeps", () => {
  it.each([
    ["abort", (service: Parameters<typeof resumeRollout>[0]) => abortRollout(service, "wrong release")],
    ["resume", resumeRollout],
  ])("by %s, at any call: the first one changes nothing more", { timeout: 300_000 }, async (_name, takeOver) => {
    const wrong: string[] = [];
    const { names } = (await drive(await settledWorld(), command)).driver;
    for (let at = 8; at <= names.length; at++) {
      const whens = ["before", "after", ...(names[at - 1] === "engine.up" ? (["half"] as const) : [])] as const;
      for (const when of whens) {
        const world = await settledWorld();
        const driver = new Driver(world, { pause: { at, when } });
        const driven = driver.run(command);
        if ((await Promise.race([driven, driver.paused])) !== "paused") continue;
        await drive(world, takeOver).catch(() => undefined);
        await drive(world, resumeRollout);
        const [before, length] = [snapshot(world), world.ledger.entries.length];
        const woken = world.clock.now();
        driver.wake();
        const error: unknown = await driven.then(
          () => null,
          (thrown: unknown) => thrown,
        );
        const took = world.clock.now() - woken;
        if (took > 30_000) wrong.push(`${at} ${when}: went on for ${took} ms`);
        await world.clock.sleep(100_000);
        if (snapshot(world) !== before) wrong.push(`${at} ${when}: changed ${before} to ${snapshot(world)}`);
        if (world.ledger.entries.length !== length) wrong.push(`${at} ${when}: appended`);
        if (error !== null && !(error instanceof ConflictError)) wrong.push(`${at} ${when}: ${messageOf(error)}`);
        wrong.push(...world.disagreements().map((what) => `${at} ${when}: ${what}`));
      }
    }
    expect(wrong).toEqual([]);
  });

  const takingOver = "ledger.append resumed";
  const inBetween = (world: World, event: LedgerEvent) => {
    let times = 1;
    return (call: string) => {
      if (call === takingOver && times-- > 0)
        world.ledger.append(stream, world.ledger.entries.length + 1, event, "bob", new Date(0).toISOString());
    };
  };

  it("although that one appends at this very moment: what it came to is read anew", async () => {
    const world = await settledWorld();
    await drive(world, rollOut("1.1.0"), { kill: { at: 30, when: "before" } });
    const onCall = inBetween(world, { kind: "lapsed", rollout: "r-1-1-0", reason: "late" });
    const { outcome, driver } = await drive(world, (service) => abortRollout(service, "wrong release"), { onCall });
    expect(outcome).toMatchObject({ state: { phase: "rolledBack", reason: "wrong release" } });
    expect(driver.names.filter((name) => name === takingOver)).toHaveLength(2);
    expect(world.disagreements()).toEqual([]);
  });

  it("but not from somebody who takes over at this very moment", async () => {
    const world = await settledWorld();
    await drive(world, rollOut("1.1.0"), { kill: { at: 30, when: "before" } });
    const onCall = inBetween(world, { kind: "resumed", rollout: "r-1-1-0" });
    const late = drive(world, (service) => abortRollout(service, "wrong release"), { onCall });
    await expect(late).rejects.toThrow(ConflictError);
    expect(world.ledger.entries.at(-1)?.by).toBe("bob");
  });
});

function snapshot(world: World): string {
  return JSON.stringify([
    world.stack,
    world.hosts.map(({ settled, containers, name }) => [name, settled, containers.blue, containers.green]),
    world.hosts.map((host) => host.route(0).target),
  ]);
}
