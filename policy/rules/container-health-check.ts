import { z } from "zod";
import { defineRule } from "../rule.ts";
import { CONTAINER, EXPORTER, GATEWAY } from "../types.ts";

/** `NONE` is Docker's word for a health check that is switched off, and one that always passes is none either. */
export const containerHealthCheck = defineRule({
  name: "container-health-check",
  description:
    "Containers have a health check, so that Docker knows one that hangs and `up` waits for one that starts.",
  types: [CONTAINER],
  properties: z.object({ healthcheck: z.object({ tests: z.array(z.string()).default([]) }).optional() }),
  allowances: [
    {
      component: GATEWAY,
      reason: "the gateway's own command asks it from outside after each change, and so does every rollout",
    },
    { component: EXPORTER, reason: "its own command scrapes it from outside after each change; no traffic needs it" },
  ],
  judge: ({ properties: { healthcheck } }) => {
    const [kind, ...command] = healthcheck?.tests ?? [];
    if ((kind === "CMD" || kind === "CMD-SHELL") && !isEmpty(command)) return [];
    const found = kind === undefined ? "none" : JSON.stringify([kind, ...command]);
    return [
      { property: "healthcheck.tests", found, expected: '["CMD", ...] with a program that tells by its exit code' },
    ];
  },
});

function isEmpty(command: readonly string[]): boolean {
  return ["", "true", "/bin/true", ":", "exit 0"].includes(command.join(" ").trim());
}
