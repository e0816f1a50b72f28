import { z } from "zod";
import { defineRule, type Violation } from "../rule.ts";
import { COMMANDS, MARKER } from "../types.ts";

const SETTLES = /\/sluice-host['"]?\s+['"]?settle['"]?\s/;

/**
 * A replaced command runs the old one's `delete` after the new one's `create`: the marker that was just set would be taken
 * away, and the gateway would answer 503.
 */
export const commandSettles = defineRule({
  name: "command-settles",
  description: "Commands that settle a slot are updated in place: they have `update`, no `triggers` and no `delete`.",
  types: COMMANDS,
  properties: z.object({
    create: z.string().default(""),
    update: z.string().default(""),
    delete: z.string().default(""),
    // Only counted: what is in them may be unknown.
    triggers: z.custom<unknown[]>(Array.isArray).default([]),
  }),
  judge: ({ properties, components }) => {
    const { create, update, triggers } = properties;
    if (!components.includes(MARKER) && !SETTLES.test(`${create}\n${update}\n${properties.delete}\n`)) return [];
    const violations: Violation[] = [];
    if (update === "") violations.push({ property: "update", found: "none", expected: "the same call as create's" });
    if (triggers.length > 0) {
      violations.push({ property: "triggers", found: `${triggers.length} of them`, expected: "none" });
    }
    if (properties.delete !== "") violations.push({ property: "delete", found: "a command", expected: "none" });
    return violations;
  },
});
