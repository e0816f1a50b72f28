import { describe, expect, it } from "vitest";
import { declared } from "../ledger/declared.ts";
import { rollouts, unfinishedRevert } from "../ledger/rollouts.ts";
import { UnknownError } from "../model/errors.ts";
import type { Service } from "./context.ts";
import { limits } from "./limits.ts";
import type { HostPort } from "./ports.ts";
import { resumeRollout } from "./resume.ts";
import type { Fault } from "./testing/driver.ts";
import { drive, goBackTo, rollOut, settle } from "./testing/plans.ts";
import { World } from "./testing/world.ts";

const back = goBackTo();

async function settledWorld(names?: readonly string[]): Promise<World> {
  const world = new World(names);
  await settle(world, "1.0.0", "1.1.0");
  return world;
}

const markers = (world: World) => world.hosts.map(({ settled }) => settled);
const kinds = (world: World) => world.ledger.entries.map(({ event }) => event.kind);

/** Breaks calls by their names, as often as said. */
function broken(which: RegExp, times = Infinity, how: "before" | "lost" = "before"): Fault {
  let left = times;
  return (call) => (which.test(call) && left-- > 0 ? how : null);
}

describe("going back past a host that can't be asked", () => {
  it("brings the others back at once, names who is where, and stays open until resume has finished it", async () => {
    const world = await settledWorld();
    world.unreachable.add("host-b");
    await expect(drive(world, back)).rejects.toThrow(
      "all traffic of host-a is on blue (1.0.0), seen on the gateway; host-b can't be asked and may still serve green (1.1.0): host-b: host-b can't be reached. The way back stays open: \"sluice resume\" goes on with it once host-b answers",
    );
    expect(markers(world)).toEqual(["blue", "green"]);
    expect(kinds(world).at(-1)).toBe("reverting");
    await expect(drive(world, rollOut("1.2.0"))).rejects.toThrow(/was not seen through/);
    await expect(drive(world, resumeRollout)).rejects.toThrow(/host-b can't be asked/);
    expect(markers(world)).toEqual(["blue", "green"]);
    world.unreachable.clear();
    const { outcome } = await drive(world, resumeRollout);
    expect(outcome).toMatchObject({ state: { phase: "rolledBack", reason: "checkout is broken" }, reverted: true });
    expect(rollouts(world.ledger.entries).at(-1)?.outcome).toBe("reverted");
    expect(declared(world.ledger.entries).settled).toBe("blue");
    expect(world.disagreements()).toEqual([]);
  });

  it("does so without the host's answers in its way, however long they take", async () => {
    const world = await settledWorld();
    const silence = () => world.clock.sleep(10_000).then(() => Promise.reject(new Error("no answer")));
    const [began, moved]: number[][] = [[world.clock.now()], []];
    const slow = (service: Service) => {
      const hosts = service.hosts.map((host): HostPort => {
        if (host.name === "host-b")
          return { ...host, state: silence, probe: silence, ask: silence, clear: silence, settle: silence };
        return { ...host, settle: (...args) => host.settle(...args).then(() => void moved?.push(world.clock.now())) };
      });
      return back({ ...service, hosts });
    };
    await expect(drive(world, slow)).rejects.toThrow(/all traffic of host-a is on blue/);
    expect((moved?.[0] ?? Infinity) - (began?.[0] ?? 0)).toBeLessThan(limits.reach + 100);
  });

  it("takes a host along that answers again meanwhile", async () => {
    const world = await settledWorld();
    world.unreachable.add("host-b");
    const onCall = (call: string) => void (call === "ledger.append reverting" && world.unreachable.clear());
    const { outcome, driver } = await drive(world, back, { onCall });
    expect(driver.told.join()).toContain("host-b can't be asked: the other hosts go back without waiting");
    expect(outcome).toMatchObject({ reverted: true });
    expect(world.disagreements()).toEqual([]);
  });

  it("moves the marker of a host whose gateway is down, and stays open until that one shows it", async () => {
    const world = await settledWorld();
    const down = broken(/^host-b (probe|ask|askThrough)$/);
    await expect(drive(world, back, { faults: [down] })).rejects.toThrow(
      /host-b: its marker is on blue already, unseen/,
    );
    expect(markers(world)).toEqual(["blue", "blue"]);
    expect(unfinishedRevert(world.ledger.entries)).not.toBeNull();
    await drive(world, resumeRollout);
    expect(world.disagreements()).toEqual([]);
  });

  it("does nothing where no host can be asked", async () => {
    const world = await settledWorld();
    for (const { name } of world.hosts) world.unreachable.add(name);
    const before = kinds(world);
    await expect(drive(world, back)).rejects.toThrow("host-a, host-b can't be asked: nothing was done");
    expect(kinds(world)).toEqual(before);
    world.unreachable.clear();
    expect(world.disagreements()).toEqual([]);
  });

  it("does nothing where the slot would have to be filled anew", async () => {
    const world = await settledWorld();
    world.behaviours.set("1.0.0", { privately: "ill" });
    world.unreachable.add("host-b");
    const before = kinds(world);
    await expect(drive(world, back)).rejects.toThrow(/blue is not healthy on host-a.*host-b can't be asked: nothing/);
    expect([kinds(world), markers(world)]).toEqual([before, ["green", "green"]]);
  });

  it("fills a slot anew that doesn't answer on a host whose gateway does", async () => {
    const world = await settledWorld();
    world.behaviours.set("1.0.0", { privately: "silent" });
    const { driver } = await drive(world, back);
    expect(driver.told.join()).toContain("blue still holds 1.0.0 but is not healthy: filling it anew");
  });
});

describe("going back when a host answers and refuses", () => {
  it("believes what the gateway shows where only an answer got lost", async () => {
    const world = await settledWorld();
    const { outcome } = await drive(world, back, { faults: [broken(/^host-b settle/, 1, "lost")] });
    expect(outcome).toMatchObject({ reverted: true });
    expect(world.disagreements()).toEqual([]);
  });

  it("leaves the hosts that answer together, and stays open while another one is away", async () => {
    const world = await settledWorld(["host-a", "host-b", "host-c"]);
    world.unreachable.add("host-c");
    await expect(drive(world, back, { faults: [broken(/^host-b settle/, 1)] })).rejects.toThrow(/neither to blue/);
    expect(markers(world).slice(0, 2)).toEqual(["green", "green"]);
    expect(unfinishedRevert(world.ledger.entries)).not.toBeNull();
    world.unreachable.clear();
    await drive(world, resumeRollout);
    expect(markers(world)).toEqual(["blue", "blue", "blue"]);
    expect(world.disagreements()).toEqual([]);
  });
});

describe("what needs every host", () => {
  it.each([
    ["a rollout", rollOut("1.3.0")],
    ["one that runs one copy at a time", rollOut("1.3.0", { strategy: "recreate" })],
    ["going back to a release that has to be filled again", goBackTo("1.0.0")],
  ])("isn't begun when one that serves can't be asked: %s", async (_what, command) => {
    const world = await settledWorld();
    await settle(world, "1.2.0");
    const before = kinds(world).length;
    world.unreachable.add("host-b");
    await expect(drive(world, command)).rejects.toThrow(
      new UnknownError("not every host that serves can be asked, nothing was done: host-b: host-b can't be reached"),
    );
    expect(kinds(world)).toHaveLength(before);
    world.unreachable.clear();
    expect(world.disagreements()).toEqual([]);
  });
});
