import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Fault, faults } from "./faults.ts";
import type { Phase } from "./hosts.ts";
import { hostStage, killStage } from "./stages.ts";

// `npm run chaos` kills at every call and tries every fault in every phase; this is a bounded part of it.

/** Kills spread over a rollout, and one driver that is stopped in the middle of an `up`. */
const kills = 10;

describe("a driver killed at any call", () => {
  let staged: Awaited<ReturnType<typeof killStage>>;
  beforeAll(async () => {
    staged = await killStage({ block: "127.0.83", port: 29_280 }, kills + 2);
  });
  afterAll(() => staged?.stop());

  it("leaves what resume brings to an end: no request lost, nothing left over, a clean preview", async () => {
    const { campaign, versions } = staged;
    const [first = "", ...rest] = versions;
    const last = rest.pop() ?? "";
    const points = await campaign.points(first);
    expect(points.length).toBeGreaterThan(60);
    const spread = rest.map((_, index) => points[Math.floor(((index + 0.5) * points.length) / kills)]);
    const half = points.find(({ when }) => when === "half");
    const chosen = [half, ...spread.slice(1)];
    const came = [];
    for (const [index, point] of chosen.entries()) {
      if (point) came.push(await campaign.kill(point, rest[index] ?? ""));
    }
    expect(came.filter(({ problems }) => problems.length > 0)).toEqual([]);
    // How many leases a rollout takes differs a little; that most drivers were killed in the middle must not.
    expect(came.filter(({ reached }) => reached).length).toBeGreaterThanOrEqual(kills - 2);
    expect(came.some(({ resumed }) => resumed === "promoted")).toBe(true);
    // Stopped there with its engine, which is in the way of who takes over.
    const stopped = half && (await campaign.stop(half, last));
    expect(stopped).toMatchObject({ problems: [], reached: true, woken: 3 });
  }, 900_000);
});

describe("one of five hosts", () => {
  // What may come of each is in `outcomes.ts`.
  const cells: readonly (readonly [Phase, Fault["name"]])[] = [
    ["preparing", "refusing config"],
    // Whether the slot is being filled just now or an `up` isn't even begun: nothing waits for the engine, and nothing is left.
    ["preparing", "engine down"],
    ["verifying", "engine down"],
    ["first step", "engine restarted"],
    ["first step", "gateway killed"],
    ["first step", "unreachable"],
    ["last step", "disk full"],
    ["promoting", "unreachable"],
    ["going back", "slow"],
  ];
  let staged: Awaited<ReturnType<typeof hostStage>>;
  beforeAll(async () => {
    staged = await hostStage({ block: "127.0.84", port: 29_300 }, cells.length);
  });
  afterAll(() => staged?.stop());

  it.each(cells.map((cell, index) => [...cell, index] as const))(
    "fails while %s (%s): users elsewhere lose nothing, and all hosts end on one release",
    async (phase, name, index) => {
      const fault = faults.find((one) => one.name === name);
      if (!fault) throw new TypeError(`no fault ${name}`);
      const struck = await staged.campaign.strike(phase, fault, staged.versions[index] ?? "");
      expect(struck.problems, JSON.stringify(struck)).toEqual([]);
    },
  );
});
