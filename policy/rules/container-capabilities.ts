import { z } from "zod";
import { defineRule, type Violation } from "../rule.ts";
import { CONTAINER, GATEWAY } from "../types.ts";

const capability = z.string().regex(/^[A-Z_]+$/, "expected a capability, e.g. NET_BIND_SERVICE");

/** Docker's default set is more than a web service needs: all are dropped, and what is added is named here. */
export const containerCapabilities = defineRule({
  name: "container-capabilities",
  description: "Containers drop all of Linux's capabilities, and add none that the policy doesn't name.",
  types: [CONTAINER],
  properties: z.object({
    capabilities: z
      .object({ adds: z.array(z.string()).default([]), drops: z.array(z.string()).default([]) })
      .prefault({}),
  }),
  config: {
    allowed: z.array(capability).default([]).describe("Capabilities that any container may add"),
    allowedIn: z
      .array(
        z.strictObject({
          component: z.string().min(1).describe("Type of a component"),
          capabilities: z.array(capability).describe("What containers in it may add"),
          reason: z.string().min(1).describe("What for"),
        }),
      )
      .default([
        {
          component: GATEWAY,
          capabilities: ["CHOWN", "DAC_OVERRIDE", "KILL", "NET_BIND_SERVICE", "SETGID", "SETUID"],
          reason: "nginx listens on ports below 1024 and runs its workers as another user, whom its master signals",
        },
      ])
      .describe("Capabilities that containers in a component may add beside those"),
  },
  judge: ({ properties, components }, { allowed, allowedIn }) => {
    const { adds, drops } = properties.capabilities;
    const more = allowedIn.filter(({ component }) => components.includes(component));
    const names = [...allowed, ...more.flatMap(({ capabilities }) => capabilities)].map(short);
    const violations: Violation[] = adds.flatMap((name, index) =>
      names.includes(short(name))
        ? []
        : [
            {
              property: `capabilities.adds.${index}`,
              found: name,
              expected: names.length === 0 ? "no added capability" : `one of ${names.join(", ")}`,
            },
          ],
    );
    if (!drops.map(short).includes("ALL")) {
      const found = drops.length === 0 ? "none" : drops.join(", ");
      violations.push({ property: "capabilities.drops", found, expected: '["ALL"]' });
    }
    return violations;
  },
});

function short(name: string): string {
  return name.toUpperCase().replace(/^CAP_/, "");
}
