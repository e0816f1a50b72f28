import { describe, expect, it } from "vitest";
import { abortRollout, resumeRollout } from "./resume.ts";
import { callsOf, ended, killed, scenarios } from "./testing/kills.ts";
import { drive } from "./testing/plans.ts";

describe.each(Object.entries(scenarios))("%s, killed anywhere", (_name, scenario) => {
  it("is brought to an end although the driver that resumes it is killed too", { timeout: 300_000 }, async () => {
    const total = await callsOf(scenario);
    const wrong: string[] = [];
    for (let at = 1; at <= total; at += 6) {
      for (let second = 1; second <= 60; second += 5) {
        const world = await killed(scenario, { at, when: "after" });
        if ("mend" in scenario) scenario.mend(world);
        const { outcome } = await drive(world, resumeRollout, { kill: { at: second, when: "after" } });
        wrong.push(...(await ended(scenario, world)).map((what) => `killed at ${at} and ${second}: ${what}`));
        if (outcome !== "killed") break;
      }
    }
    expect(wrong).toEqual([]);
  });
});

describe("an abort, killed anywhere", () => {
  it("is brought to an end", { timeout: 300_000 }, async () => {
    const scenario = scenarios["a second release"];
    const wrong: string[] = [];
    for (let at = 6; at <= 54; at += 4) {
      for (let second = 1; second <= 60; second += 4) {
        const world = await killed(scenario, { at, when: "after" });
        const { outcome } = await drive(world, (service) => abortRollout(service, "wrong one").catch(() => "refused"), {
          kill: { at: second, when: "after" },
        });
        wrong.push(...(await ended(scenario, world)).map((what) => `killed at ${at} and ${second}: ${what}`));
        if (outcome !== "killed") break;
      }
    }
    expect(wrong).toEqual([]);
  });
});
