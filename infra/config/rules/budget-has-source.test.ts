import { describe, expect, it } from "vitest";
import { findings } from "../testing/sample.ts";
import { budgetHasSource } from "./budget-has-source.ts";

const gates = { budget: {} };
const wrong = ["gates.budget: expected metrics.source prometheus or datadog: the gateways' own logs keep no history"];

describe(budgetHasSource.name, () => {
  it("asks for nothing where no budget is asked for", () => {
    expect(findings(budgetHasSource, {})).toEqual([]);
    expect(findings(budgetHasSource, { gates: { budget: false } })).toEqual([]);
  });

  it("accepts a source that keeps history", () => {
    const metrics = { source: "prometheus", url: "http://prometheus:9090" };
    expect(findings(budgetHasSource, { gates, metrics })).toEqual([]);
  });

  it("refuses the gateways' own logs, named or not", () => {
    expect(findings(budgetHasSource, { gates })).toEqual(wrong);
    expect(findings(budgetHasSource, { gates, metrics: { source: "gateway" } })).toEqual(wrong);
  });
});
