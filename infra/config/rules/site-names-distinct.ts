import { siteAddress } from "../addresses.ts";
import type { Rule } from "../rule.ts";

/** Sites on one address and port are told apart by name, and are all with TLS or all without. */
export const siteNamesDistinct: Rule = {
  name: "site-names-distinct",
  check: ({ hosts, sites }) => {
    const all = Object.entries(sites);
    return all.flatMap(([name, site], index) => {
      const neighbours = all
        .slice(0, index)
        .filter(
          ([, other]) =>
            other.port === site.port &&
            Object.values(hosts).some((host) => siteAddress(other, host) === siteAddress(site, host)),
        );
      const names = site.serverNames.flatMap((serverName, at) => {
        const first = site.serverNames.findIndex((other) => same(other, serverName)) < at ? name : undefined;
        const taken =
          first ?? neighbours.find(([, other]) => other.serverNames.some((its) => same(its, serverName)))?.[0];
        if (taken === undefined) return [];
        const message = `expected a name that no other site has on port ${site.port}, found "${serverName}", which site "${taken}" has`;
        return [{ path: ["sites", name, "serverNames", at], message }];
      });
      const mixed = neighbours.find(([, other]) => (other.tls === undefined) !== (site.tls === undefined))?.[0];
      if (mixed === undefined) return names;
      const message = `expected TLS on all sites of port ${site.port} or on none; site "${mixed}" differs`;
      return [...names, { path: ["sites", name, "tls"], message }];
    });
  },
};

function same(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
