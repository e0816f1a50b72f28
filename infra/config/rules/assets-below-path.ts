import type { Rule } from "../rule.ts";

/** nginx refuses a location outside of the one that holds it, and paths that aren't the service's never reach it. */
export const assetsBelowPath: Rule = {
  name: "assets-below-path",
  check: ({ services }) =>
    Object.entries(services).flatMap(([name, { route }]) =>
      (route.assets ?? []).flatMap((assets, index) =>
        segments(assets).startsWith(segments(route.path))
          ? []
          : [
              {
                path: ["services", name, "route", "assets", index],
                message: `expected a path below the service's own, "${route.path}", found "${assets}"`,
              },
            ],
      ),
    ),
};

function segments(path: string): string {
  return path.endsWith("/") ? path : `${path}/`;
}
