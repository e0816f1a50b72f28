import type { Rule } from "../rule.ts";

/** An error budget is counted over days: the gateways' own logs don't reach back that far. */
export const budgetHasSource: Rule = {
  name: "budget-has-source",
  check: ({ gates, metrics }) => {
    if (!gates?.budget || (metrics !== undefined && metrics.source !== "gateway")) return [];
    const message = "expected metrics.source prometheus or datadog: the gateways' own logs keep no history";
    return [{ path: ["gates", "budget"], message }];
  },
};
