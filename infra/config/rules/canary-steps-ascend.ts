import type { Finding } from "../finding.ts";
import type { Rule } from "../rule.ts";

/** A step that gives the candidate less than the one before would send clients back and forth between releases. */
export const canaryStepsAscend: Rule = {
  name: "canary-steps-ascend",
  check: ({ services }) =>
    Object.entries(services).flatMap(([name, { strategy }]) =>
      strategy.canary.steps.flatMap(({ percent, minSeconds, holdSeconds }, index, steps): readonly Finding[] => {
        const path = ["services", name, "strategy", "canary", "steps", index];
        const before = steps[index - 1]?.percent ?? 0;
        const found: Finding[] = [];
        if (index > 0 && percent <= before)
          found.push({
            path: [...path, "percent"],
            message: `expected more than the ${before} % of the step before, found ${percent}`,
          });
        if (holdSeconds !== undefined && percent < 100 && percent > 0 && minSeconds > holdSeconds)
          found.push({
            path: [...path, "minSeconds"],
            message: `expected at most the holdSeconds (${holdSeconds}), found ${minSeconds}`,
          });
        return found;
      }),
    ),
};
