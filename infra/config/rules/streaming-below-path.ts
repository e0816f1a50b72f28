import type { Rule } from "../rule.ts";

/** Paths that aren't the service's own never reach it. */
export const streamingBelowPath: Rule = {
  name: "streaming-below-path",
  check: ({ services }) =>
    Object.entries(services).flatMap(([name, { route }]) =>
      route.streaming.flatMap((streaming, index) =>
        streaming.startsWith(route.path)
          ? []
          : [
              {
                path: ["services", name, "route", "streaming", index],
                message: `expected a path below the service's own, "${route.path}", found "${streaming}"`,
              },
            ],
      ),
    ),
};
