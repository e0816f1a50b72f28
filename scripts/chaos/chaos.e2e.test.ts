import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Fault, faults } from "./faults.ts";
import type { Phase } from "./hosts.ts";
import { hostStage, killStage } from "./stages.ts";

// `npm run chaos` kills at every call and tries every fault in every phase; this is a bounded part of it.

/** Kills spread over a rollout. */
const kills = 10;

describe("a driver killed at any call", () => {
  let staged: Awaited<ReturnType<typeof killStage>>;
  beforeAll(async () => {
    staged = await killStage({ block: "127.0.83", port: 29_280 }, kills + 1);
  });
  afterAll(() => staged?.stop());

  it("leaves what resume brings to an end: no request lost, nothing left over, a clean preview", async () => {
    const { campaign, versions } = staged;
    const [first = "", ...rest] = versions;
    const points = await campaign.points(first);
    expect(points.length).toBeGreaterThan(60);
    const spread = rest.map((_, index) => points[Math.floor(((index + 0.5) * points.length) / kills)]);
    const chosen = [points.find(({ when }) => when === "half"), ...spread.slice(1)];
    const came = [];
    for (const [index, point] of chosen.entries()) {
      if (point) came.push(await campaign.kill(point, rest[index] ?? ""));
    }
    expect(came.filter(({ problems }) => problems.length > 0)).toEqual([]);
    // How many leases a rollout takes differs a little; that most drivers were killed in the middle must not.
    expect(came.filter(({ reached }) => reached).length).toBeGreaterThanOrEqual(kills - 2);
    expect(came.some(({ resumed }) => resumed === "promoted")).toBe(true);
  }, 900_000);
});

describe("one of five hosts", () => {
  const cells: readonly (readonly [Phase, Fault["name"], readonly string[]])[] = [
    ["preparing", "refusing config", ["rolledBack"]],
    // Whether the slot is being filled just now or an `up` isn't even begun: nothing waits for the engine, and nothing is left.
    ["preparing", "engine down", ["rolledBack"]],
    ["verifying", "engine down", ["rolledBack", "promoted"]],
    // Candidate, settled slot and gateway of that host end and come back. Its looks fail, or come after it is back.
    ["first step", "engine restarted", ["rolledBack", "promoted"]],
    // Docker starts the gateway again, with marker and lease as they are: too quick for a look to see, or not.
    ["first step", "gateway killed", ["rolledBack", "promoted"]],
    ["first step", "unreachable", ["rolledBack", "stranded"]],
    // A gateway that can't log shows no users: silence isn't health. A rollout whose watch was over is through.
    ["last step", "disk full", ["rolledBack", "promoted"]],
    ["promoting", "unreachable", ["rolledBack", "stranded", "promoted"]],
    ["going back", "slow", ["rolledBack"]],
  ];
  let staged: Awaited<ReturnType<typeof hostStage>>;
  beforeAll(async () => {
    staged = await hostStage({ block: "127.0.84", port: 29_300 }, cells.length);
  });
  afterAll(() => staged?.stop());

  it.each(cells.map((cell, index) => [...cell, index] as const))(
    "fails while %s (%s): users elsewhere lose nothing, and all hosts end on one release",
    async (phase, name, outcomes, index) => {
      const fault = faults.find((one) => one.name === name);
      if (!fault) throw new TypeError(`no fault ${name}`);
      const struck = await staged.campaign.strike(phase, fault, staged.versions[index] ?? "");
      expect(struck.problems, JSON.stringify(struck)).toEqual([]);
      expect(outcomes).toContain(struck.outcome);
    },
  );
});
