import { describe, expect, it } from "vitest";
import { revisionOf } from "../ledger/testing/events.ts";
import { RefusedError } from "../model/errors.ts";
import { budgetSettings } from "../model/settings/budget.ts";
import type { GateSettings } from "../model/settings/gates.ts";
import { circumstancesOf } from "./circumstances.ts";
import { FakeMetrics } from "./testing/fake-metrics.ts";
import { drive, goBackTo, placesOn, plan, rollOut, settle } from "./testing/plans.ts";
import { World } from "./testing/world.ts";

const gates: GateSettings = { budget: budgetSettings.parse({}) };

describe("a rollout into an environment that looks at the error budget", () => {
  it("comes in while errors are left, and is refused once they are spent; going back never is", async () => {
    const world = new World();
    await settle(world, "1.0.0");
    const metrics = new FakeMetrics(world);
    const heard = world.hosts.map(({ name }) => name);
    metrics.past = { requests: 100_000, failed: 10, heard };
    expect((await drive(world, rollOut("1.1.0"), { gates, metrics })).outcome).toMatchObject({
      state: { phase: "promoted" },
    });
    metrics.past = { requests: 100_000, failed: 100, heard };
    await expect(drive(world, rollOut("1.2.0"), { gates, metrics })).rejects.toThrow(RefusedError);
    expect(gateEvents(world).at(-1)).toMatchObject({ allowed: false, inputs: { leftPercent: 0 } });
    expect((await drive(world, goBackTo(), { gates, metrics })).outcome).toMatchObject({ reverted: true });
  });

  it("is judged by the hosts that had users, whether or not the command reaches any", async () => {
    const world = new World();
    await settle(world, "1.0.0");
    const metrics = new FakeMetrics(world);
    metrics.past = { requests: 1, failed: 0, heard: [] };
    const revision = { ...revisionOf("1.1.0"), hosts: placesOn(["host-a", "host-c"]) };
    const { outcome } = await drive(
      world,
      (service) => circumstancesOf({ ...service, hosts: [] }, { purpose: "rollout", revision, plan }),
      { gates, metrics },
    );
    expect(outcome).toMatchObject({ hosts: ["host-a", "host-b"] });
  });

  it("is refused when nobody can say, and not when nothing is settled", async () => {
    const world = new World();
    const metrics = new FakeMetrics(world);
    expect((await drive(world, rollOut("1.0.0"), { gates, metrics })).outcome).toMatchObject({
      state: { phase: "promoted" },
    });
    await expect(drive(world, rollOut("1.1.0"), { gates, metrics })).rejects.toThrow(
      /Prometheus: connect ECONNREFUSED/,
    );
    await expect(drive(world, rollOut("1.1.0"), { gates })).rejects.toThrow(/keep no history/);
    metrics.past = { requests: 100_000, failed: 0, heard: [] };
    await expect(drive(world, rollOut("1.1.0"), { gates, metrics })).rejects.toThrow(/figures are stale/);
  });
});

function gateEvents(world: World) {
  return world.ledger.entries.flatMap(({ event }) => (event.kind === "gate" && event.gate === "budget" ? [event] : []));
}
