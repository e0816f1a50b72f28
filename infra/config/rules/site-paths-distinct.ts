import { hostsOf, type Rule } from "../rule.ts";

/** One path of a site belongs to one service; which of two would answer is anybody's guess. */
export const sitePathsDistinct: Rule = {
  name: "site-paths-distinct",
  check: (draft) => {
    const services = Object.entries(draft.services);
    return services.flatMap(([name, service], index) => {
      const hosts = hostsOf(draft, service).map(([host]) => host);
      const earlier = services
        .slice(0, index)
        .find(
          ([, other]) =>
            other.route.site === service.route.site &&
            normal(other.route.path) === normal(service.route.path) &&
            hostsOf(draft, other).some(([host]) => hosts.includes(host)),
        );
      if (earlier === undefined) return [];
      const message = `expected a path of its own on site "${service.route.site}", found "${service.route.path}", which ${earlier[0]} has`;
      return [{ path: ["services", name, "route", "path"], message }];
    });
  },
};

function normal(path: string): string {
  return path.replace(/\/+$/, "");
}
