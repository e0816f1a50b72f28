import { describe, expect, it } from "vitest";
import { findings } from "../testing/sample.ts";
import { shadowStepLasts } from "./shadow-step-lasts.ts";

const service = "org1/react-ui";
const of = (canary: Record<string, unknown>) =>
  findings(shadowStepLasts, { services: { [service]: { strategy: { kind: "canary", canary } } } });

describe(shadowStepLasts.name, () => {
  it.each([{}, { shadow: {} }, { shadow: { minSeconds: 60, holdSeconds: 60 } }])("accepts %j", (canary) => {
    expect(of(canary)).toEqual([]);
  });

  it("refuses a step that is longer at least than at most", () => {
    expect(of({ shadow: { minSeconds: 61, holdSeconds: 60 } })).toEqual([
      `services.${service}.strategy.canary.shadow.minSeconds: expected at most the holdSeconds (60), found 61`,
    ]);
  });
});
