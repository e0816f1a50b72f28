import type { Rule } from "../rule.ts";

/** A step that must not end before it has ended would never go on. */
export const shadowStepLasts: Rule = {
  name: "shadow-step-lasts",
  check: ({ services }) =>
    Object.entries(services).flatMap(([name, { strategy }]) => {
      const { shadow } = strategy.canary;
      if (!shadow || shadow.minSeconds <= shadow.holdSeconds) return [];
      const path = ["services", name, "strategy", "canary", "shadow", "minSeconds"];
      return [
        { path, message: `expected at most the holdSeconds (${shadow.holdSeconds}), found ${shadow.minSeconds}` },
      ];
    }),
};
