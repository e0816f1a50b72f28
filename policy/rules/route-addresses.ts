import { z } from "zod";
import { isLoopback } from "../loopback.ts";
import { defineRule, type Violation } from "../rule.ts";
import { COMMANDS, ROUTE } from "../types.ts";

const SERVER = /^[ \t]*server[ \t]+([^\s;{]+)[^;{\n]*;/gm;

/** nginx refuses its whole configuration for a name that it can't resolve, and keeps one that it could for ever. */
export const routeAddresses = defineRule({
  name: "route-addresses",
  description: "Routes name both slots of a service by fixed loopback addresses.",
  types: COMMANDS,
  applies: ({ components }) => components.includes(ROUTE),
  properties: z.object({ stdin: z.string().default("") }),
  judge: ({ properties: { stdin } }) => {
    const servers = [...stdin.matchAll(SERVER)].map(([, server = ""]) => server);
    const expected = "a loopback address and a port, e.g. 127.0.0.1:20000";
    if (servers.length < 2) {
      return [{ property: "stdin", found: `${servers.length} servers`, expected: `two slots, each ${expected}` }];
    }
    return servers.flatMap((server): Violation[] => {
      const [, address = "", port = ""] = /^(.*):(\d+)$/.exec(server) ?? [];
      const isFixed = isLoopback(address.replace(/^\[(.*)\]$/, "$1")) && Number(port) > 0 && Number(port) < 65_536;
      return isFixed ? [] : [{ property: "stdin", found: `server ${server}`, expected }];
    });
  },
});
