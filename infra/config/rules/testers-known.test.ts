import { describe, expect, it } from "vitest";
import { findings } from "../testing/sample.ts";
import { testersKnown } from "./testers-known.ts";

const service = "org1/react-ui";
const of = (steps: readonly Record<string, unknown>[], route = {}) =>
  findings(testersKnown, { services: { [service]: { route, strategy: { kind: "canary", canary: { steps } } } } });
const testers = { kind: "header", name: "X-Preview", value: "team" };

describe(testersKnown.name, () => {
  it("accepts a step for testers where there are some, and testers without such a step", () => {
    expect(of([{ percent: 0 }, { percent: 10 }], { testers })).toEqual([]);
    expect(of([{ percent: 10 }], { testers })).toEqual([]);
    expect(of([{ percent: 10 }])).toEqual([]);
  });

  it("refuses one for nobody", () => {
    expect(of([{ percent: 0 }, { percent: 10 }])).toEqual([
      `services.${service}.strategy.canary.steps.0.percent: expected \`route.testers\` beside it, or more than 0: nobody would see the candidate`,
    ]);
  });
});
