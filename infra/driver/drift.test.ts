import { describe, expect, it } from "vitest";
import { rollouts } from "../ledger/rollouts.ts";
import { summarise } from "../ledger/summary.ts";
import { UnknownError } from "../model/errors.ts";
import { slotNames } from "../model/slot.ts";
import { DriftWatch } from "./drift.ts";
import type { Drift, HostPort, SlotContents } from "./ports.ts";
import { Driver } from "./testing/driver.ts";
import { drive, rollOut, settle } from "./testing/plans.ts";
import { World } from "./testing/world.ts";

/** One host of a settled world whose answer is the test's own. */
async function watched(drift: (wanted: SlotContents) => Promise<Drift>) {
  const world = new World(["host-a"]);
  await settle(world, "1.0.0");
  const service = await new Driver(world).open();
  const hosts = service.hosts.map((host): HostPort => ({ ...host, drift }));
  return { ...service, hosts };
}

describe("what was changed by hand", () => {
  it("before a rollout is told once, is in the ledger, and stops nothing", async () => {
    const world = new World();
    await settle(world, "1.0.0");
    const [, hostB] = world.hosts;
    if (hostB) hostB.drift = ["blue: it is paused"];
    const { driver, outcome } = await drive(world, rollOut("1.1.0"));
    expect(outcome).toMatchObject({ state: { phase: "promoted" } });
    const said = driver.told.filter((text) => text.includes("paused"));
    expect(said).toEqual(["Changed by hand? host-b: blue: it is paused"]);
    const [rollout] = rollouts(world.ledger.entries).slice(-1);
    if (!rollout) throw new TypeError("no rollout");
    expect(rollout.drifts.map(({ findings }) => findings)).toEqual([["host-b: blue: it is paused"]]);
    expect(summarise("local", "org1/react-ui", rollout)).toContain("host-b: blue: it is paused");
  });

  it("during a rollout is told at the next look", async () => {
    const world = new World();
    await settle(world, "1.0.0");
    const onCall = (call: string) => {
      for (const host of world.hosts)
        if (call === `${host.name} lease`) host.drift = ["nginx.conf isn't as it was applied"];
    };
    const { outcome } = await drive(world, rollOut("1.1.0"), { onCall });
    expect(outcome).toMatchObject({ state: { phase: "promoted" } });
    const drifts = rollouts(world.ledger.entries).at(-1)?.drifts ?? [];
    expect(drifts.map(({ findings }) => findings)).toEqual([
      world.hosts.map(({ name }) => `${name}: nginx.conf isn't as it was applied`),
    ]);
  });

  it("is asked for by what the ledger says that each slot runs", async () => {
    const asked: SlotContents[] = [];
    const service = await watched((wanted) => {
      asked.push(wanted);
      return Promise.resolve({ findings: [], startedAt: { blue: null, green: null } });
    });
    await new DriftWatch().look(service);
    expect(slotNames.map((slot) => asked[0]?.[slot]?.revision.release.version)).toEqual(["1.0.0", undefined]);
  });

  it("includes a container that was started again, but not the first start that was seen", async () => {
    let blue = "12:00";
    const service = await watched(() => Promise.resolve({ findings: [], startedAt: { blue, green: null } }));
    const watch = new DriftWatch();
    expect(await watch.look(service)).toEqual([]);
    blue = "12:05";
    expect(await watch.look(service)).toEqual(["host-a: blue was started again at 12:05"]);
    expect(await watch.look(service)).toEqual([]);
  });

  it("isn't known of a host that doesn't answer, and one that is slow holds nothing up", async () => {
    let answer: (drift: Drift) => void = () => undefined;
    const slow = await watched(() => new Promise((resolve) => (answer = resolve)));
    const watch = new DriftWatch();
    expect([watch.glance(slow), watch.glance(slow)]).toEqual([[], []]);
    answer({ findings: ["blue is gone"], startedAt: { blue: null, green: null } });
    await new Promise((next) => setImmediate(next));
    expect(watch.glance(slow)).toEqual(["host-a: blue is gone"]);
    expect(watch.glance(slow)).toEqual([]);

    const silent = await watched(() => Promise.reject(new UnknownError("no answer")));
    expect(await new DriftWatch().look(silent)).toEqual([]);
  });
});
