import { describe, expect, it } from "vitest";
import { findings } from "../testing/sample.ts";
import { canaryStepsAscend } from "./canary-steps-ascend.ts";

const service = "org1/react-ui";
const withSteps = (steps: readonly Record<string, unknown>[]) => ({
  services: { [service]: { strategy: { kind: "canary", canary: { steps } } } },
});
const key = `services.${service}.strategy.canary.steps`;

describe(canaryStepsAscend.name, () => {
  it.each([
    [[{ percent: 5 }, { percent: 50 }]],
    [[{ percent: 0, holdSeconds: 5 }, { percent: 10 }]],
    [[{ percent: 10 }, { percent: 100, minSeconds: 60, holdSeconds: 5 }]],
  ])("accepts %j", (steps) => {
    expect(findings(canaryStepsAscend, withSteps(steps))).toEqual([]);
  });

  it("refuses a share that isn't larger than the one before", () => {
    expect(findings(canaryStepsAscend, withSteps([{ percent: 10 }, { percent: 10 }, { percent: 5 }]))).toEqual([
      `${key}.1.percent: expected more than the 10 % of the step before, found 10`,
      `${key}.2.percent: expected more than the 10 % of the step before, found 5`,
    ]);
  });

  it("refuses a step for testers alone behind the first", () => {
    expect(findings(canaryStepsAscend, withSteps([{ percent: 0 }, { percent: 0 }]))).toEqual([
      `${key}.1.percent: expected more than the 0 % of the step before, found 0`,
    ]);
  });

  it("refuses a step that is longer at least than at most", () => {
    expect(findings(canaryStepsAscend, withSteps([{ percent: 10, minSeconds: 61, holdSeconds: 60 }]))).toEqual([
      `${key}.0.minSeconds: expected at most the holdSeconds (60), found 61`,
    ]);
  });
});
