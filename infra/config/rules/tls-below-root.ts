import type { Rule } from "../rule.ts";

/** A gateway's container sees its host's root and nothing else of the host. */
export const tlsBelowRoot: Rule = {
  name: "tls-below-root",
  check: ({ hosts, sites }) =>
    Object.entries(sites).flatMap(([name, { tls }]) =>
      Object.entries(tls ?? {}).flatMap(([key, file]) => {
        const outside = Object.entries(hosts).find(
          ([, host]) => host.gateway.kind === "container" && !file.startsWith(`${host.root}/`),
        );
        if (outside === undefined) return [];
        const [host, { root }] = outside;
        const message = `expected a file below the root of every host, found "${file}", which is not below ${root} of ${host}`;
        return [{ path: ["sites", name, "tls", key], message }];
      }),
    ),
};
