import { z } from "zod";
import { defineRule } from "../rule.ts";
import { CONTAINER } from "../types.ts";

/** What crashes at night is started again by Docker, not by a person. */
export const containerRestart = defineRule({
  name: "container-restart",
  description: "Containers have a restart policy, so that Docker starts again what crashed or was down with its host.",
  types: [CONTAINER],
  properties: z.object({ restart: z.string().default("no") }),
  config: {
    policies: z
      .array(z.string())
      .min(1)
      .default(["unless-stopped", "always", "on-failure"])
      .describe("Restart policies that pass"),
  },
  judge: ({ properties: { restart } }, { policies }) =>
    policies.includes(restart)
      ? []
      : [{ property: "restart", found: restart || "none", expected: `one of ${policies.join(", ")}` }],
});
