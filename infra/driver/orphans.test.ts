import { describe, expect, it } from "vitest";
import { revisionOf, stream } from "../ledger/testing/events.ts";
import type { Service } from "./context.ts";
import { resumeRollout } from "./resume.ts";
import { retire } from "./retire.ts";
import { drive, rollOut, settle } from "./testing/plans.ts";
import { World } from "./testing/world.ts";

/** 1.0.1 serves from green and 1.0.0 is warm in blue; on host-a an `up` that was cut off left a container in each slot. */
async function orphaned(): Promise<World> {
  const world = new World();
  await settle(world, "1.0.0", "1.0.1");
  for (const host of world.hosts.slice(0, 1)) Object.assign(host.orphans, { blue: "id-blue", green: "id-green" });
  return world;
}

const left = ({ hosts }: World) => hosts.map(({ orphans }) => Object.values(orphans));

describe("a container that no stack knows", () => {
  it.each<[string, (service: Service) => Promise<unknown>]>([
    ["a slot was retired", retire],
    ["nothing was left to resume", async (service) => [await retire(service), await resumeRollout(service)]],
  ])("is removed from an empty slot after %s, by its id, and left alone in any other", async (_when, command) => {
    const world = await orphaned();
    const { driver } = await drive(world, command);
    expect(left(world)).toEqual([["id-green"], []]);
    expect(driver.told).toContain("A container that no stack knows is removed on host-a");
    expect(world.disagreements()).toEqual([]);
  });

  it("stays where both slots hold something", async () => {
    const world = await orphaned();
    await drive(world, rollOut("1.1.0"));
    expect(left(world)).toEqual([["id-blue", "id-green"], []]);
  });

  it("stays where a newer driver has begun: it may be that one's", async () => {
    const world = await orphaned();
    const onCall = (call: string) => {
      if (call !== "host-b containersIn") return;
      const event = {
        kind: "requested",
        rollout: "newer",
        release: revisionOf("2.0.0").release,
        purpose: "rollout",
      } as const;
      void world.ledger.append(stream, world.ledger.entries.length + 1, event, "bob", new Date().toISOString());
    };
    await drive(world, retire, { onCall });
    expect(left(world)).toEqual([["id-blue", "id-green"], []]);
  });

  it("stays where nobody can tell whether one has", async () => {
    const world = await orphaned();
    let looked = false;
    const fault = (call: string) => {
      looked ||= call === "host-b containersIn";
      return looked && call === "ledger.read" ? ("before" as const) : null;
    };
    const { outcome } = await drive(world, retire, { faults: [fault] });
    expect(outcome).not.toBe("killed");
    expect(left(world)).toEqual([["id-blue", "id-green"], []]);
  });
});
