import { closest } from "../closest.ts";
import type { Rule } from "../rule.ts";

export const serviceHostsExist: Rule = {
  name: "service-hosts-exist",
  check: ({ services, named }) =>
    Object.entries(services).flatMap(([service, { hosts = [] }]) =>
      hosts.flatMap((host, index) => {
        const path = ["services", service, "hosts", index];
        if (hosts.indexOf(host) < index) return [{ path, message: `expected each host once, found "${host}" again` }];
        return named.hosts.length === 0 || named.hosts.includes(host)
          ? []
          : [{ path, message: missing(host, named.hosts) }];
      }),
    ),
};

function missing(host: string, known: readonly string[]): string {
  const meant = closest(host, known);
  const expected = meant === undefined ? `expected one of ${known.join(", ")}` : `did you mean "${meant}"?`;
  return `found "${host}", which is not among \`hosts\`; ${expected}`;
}
