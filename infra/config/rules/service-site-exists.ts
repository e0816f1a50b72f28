import { closest } from "../closest.ts";
import type { Rule } from "../rule.ts";

export const serviceSiteExists: Rule = {
  name: "service-site-exists",
  check: ({ services, named }) =>
    Object.entries(services).flatMap(([service, { route }]) =>
      named.sites.length === 0 || named.sites.includes(route.site)
        ? []
        : [{ path: ["services", service, "route", "site"], message: missing(route.site, named.sites) }],
    ),
};

function missing(site: string, known: readonly string[]): string {
  const meant = closest(site, known);
  const expected = meant === undefined ? `expected one of ${known.join(", ")}` : `did you mean "${meant}"?`;
  return `found "${site}"${site === "default" ? " (the default)" : ""}, which is not among \`sites\`; ${expected}`;
}
