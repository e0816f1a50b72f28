import { describe, expect, it } from "vitest";
import { judgeAll } from "../analysis/judge/judge.ts";
import { parseJudgeWindows } from "../config/judge-windows.ts";
import { type WindowKind, windowsOf } from "../ledger/windows.ts";
import type { Plan } from "../model/plan.ts";
import { analysisSettings } from "../model/settings/analysis.ts";
import { careful, drive, judged, rollOut, settle } from "./testing/plans.ts";
import { World, type Behaviour } from "./testing/world.ts";

async function recorded(over: Partial<Plan>, behaviour: Behaviour = {}) {
  const world = new World();
  await settle(world, "1.0.0");
  world.behaviours.set("1.1.0", behaviour);
  const { outcome } = await drive(world, rollOut("1.1.0", over));
  const windows = (kind: WindowKind) => windowsOf(world.ledger.entries, "r-1-1-0", kind);
  return { outcome, windows };
}

describe("the windows that a rollout leaves in the ledger", () => {
  it("are judged again, as they are written, to the same verdict", async () => {
    const { outcome, windows } = await recorded(judged, { errorPercent: 50 });
    const lines = windows("users").map((window) => JSON.stringify(window));
    const verdicts = judgeAll(analysisSettings.parse({}), parseJudgeWindows(lines.join("\n"), "windows.jsonl"));
    const last = verdicts.at(-1);
    expect(last?.answer).toBe("worse");
    expect(outcome).toMatchObject({ state: { phase: "rolledBack", reason: last?.reason } });
  });

  it("are of each look at users, also where all of them are on the candidate", async () => {
    const { outcome, windows } = await recorded({ steps: [{ kind: "weight", percent: 100, holdSeconds: 35 }] });
    expect(outcome).toMatchObject({ state: { phase: "promoted" } });
    const requests = windows("users").map(({ slots }) => [slots.candidate.requests, slots.settled.requests]);
    expect(requests).toEqual(Array(4).fill([200, 0]));
    for (const { seconds } of windows("users")) expect(seconds).toBeCloseTo(10, 0);
  });

  it("tell users and copies apart", async () => {
    const { windows } = await recorded({
      ...careful,
      steps: [{ kind: "shadow", percent: 10, minSeconds: 0, holdSeconds: 15 }, ...(judged.steps ?? [])],
    });
    expect([windows("copies").length, windows("users").length]).toEqual([2, 4]);
  });
});
