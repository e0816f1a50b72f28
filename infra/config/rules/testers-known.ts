import type { Rule } from "../rule.ts";

/** A step for testers alone shows the candidate to nobody when none are declared. */
export const testersKnown: Rule = {
  name: "testers-known",
  check: ({ services }) =>
    Object.entries(services).flatMap(([name, { route, strategy }]) =>
      strategy.canary.steps.flatMap(({ percent }, index) =>
        percent > 0 || route.testers
          ? []
          : [
              {
                path: ["services", name, "strategy", "canary", "steps", index, "percent"],
                message: "expected `route.testers` beside it, or more than 0: nobody would see the candidate",
              },
            ],
      ),
    ),
};
