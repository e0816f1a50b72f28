import { z } from "zod";
import { isLoopback } from "../loopback.ts";
import { defineRule, type Violation } from "../rule.ts";
import { CONTAINER, EXPORTER, GATEWAY, SLOT } from "../types.ts";

/**
 * Users come in by the gateway alone: a slot that is published to the network is reached past it. Docker gives a port that
 * isn't named a new number at each start, and the gateway's static configuration would look for it in vain.
 */
export const containerPorts = defineRule({
  name: "container-ports",
  description:
    "Containers publish fixed ports, and those on loopback addresses; only the gateway listens to the network.",
  types: [CONTAINER],
  properties: z.object({
    publishAllPorts: z.boolean().default(false),
    networkMode: z.string().default(""),
    ports: z
      .array(z.object({ internal: z.number(), external: z.number().default(0), ip: z.string().default("0.0.0.0") }))
      .default([]),
  }),
  config: {
    hostNetworkIn: z
      .array(z.string().min(1))
      .default([SLOT, EXPORTER])
      .describe("Types of components whose containers may be in the host's network: they are told where to listen"),
  },
  allowances: [{ component: GATEWAY, reason: "the gateway is where users come in" }],
  judge: ({ components, properties: { publishAllPorts, networkMode, ports } }, { hostNetworkIn }) => {
    const violations: Violation[] = [];
    const isTold = hostNetworkIn.some((component) => components.includes(component));
    if ((networkMode === "host" && !isTold) || networkMode.startsWith("container:")) {
      // Nothing is published there: what its program listens on is open as it is.
      violations.push({ property: "networkMode", found: networkMode, expected: "a network of Docker's, by its name" });
    }
    if (publishAllPorts) violations.push({ property: "publishAllPorts", found: "true", expected: "false" });
    for (const [index, { ip, external, internal }] of ports.entries()) {
      if (!isLoopback(ip)) {
        const found = `${ip === "" ? "every address" : ip} for port ${internal}`;
        violations.push({ property: `ports.${index}.ip`, found, expected: "a loopback address, e.g. 127.0.0.1" });
      }
      if (external <= 0) {
        violations.push({ property: `ports.${index}.external`, found: "any", expected: "a fixed port, 1-65535" });
      }
    }
    return violations;
  },
});
