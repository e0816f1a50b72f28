import { z } from "zod";
import { defineRule, type Violation } from "../rule.ts";
import { COMMANDS, CONTAINER, GATEWAY } from "../types.ts";

/**
 * Replacing nginx drops its users' connections. A rule sees what a resource is to be, and not what it was: so it wants what
 * makes a replacement impossible by accident.
 */
export const gatewayKept = defineRule({
  name: "gateway-kept",
  description:
    "No gateway is replaced as a side effect: only the environment's own stack has one, protected where it counts.",
  types: [CONTAINER, ...COMMANDS],
  applies: ({ components }) => components.includes(GATEWAY),
  properties: z.object({
    delete: z.string().default(""),
    update: z.string().default(""),
    triggers: z.custom<unknown[]>(Array.isArray).default([]),
  }),
  config: {
    protectedIn: z
      .array(z.string())
      .default(["uat", "prod"])
      .describe("Environments in which Pulumi itself must refuse to replace or delete a gateway (`protect`)"),
  },
  judge: ({ type, stack, environment, protect, properties }, { protectedIn }) => {
    // Of a gateway's commands, nginx from a package is the one that ends something when it is deleted.
    if (type !== CONTAINER && properties.delete === "") return [];
    const violations: Violation[] = [];
    if (stack !== environment) {
      violations.push({ property: "urn", found: `stack ${stack}`, expected: `the environment's own, ${environment}` });
    }
    if (protectedIn.includes(environment) && !protect) {
      violations.push({ property: "protect", found: "false", expected: "true" });
    }
    if (properties.triggers.length > 0) {
      violations.push({ property: "triggers", found: `${properties.triggers.length} of them`, expected: "none" });
    }
    if (type !== CONTAINER && properties.update === "") {
      violations.push({
        property: "update",
        found: "none",
        expected: "a command: without one a change is a replacement",
      });
    }
    return violations;
  },
});
