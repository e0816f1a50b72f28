import { z } from "zod";

/** How Pulumi is run. */
export const pulumiSettings = z.strictObject({
  upSeconds: z
    .int()
    .min(10)
    .max(86_400)
    .default(1_800)
    .describe(
      "Longest time for one `up` of a stack, its preview included: pulling images, stopping and starting containers, waiting for their `healthcheck`, on all hosts of the stack. One that takes longer is cancelled, as when a Docker engine hangs, and a rollout goes back",
    ),
  policies: z
    .boolean()
    .optional()
    .describe(
      "Whether every preview of Sluice's commands must pass the policy pack. Default: yes in stg, uat and prod, where it must; no elsewhere",
    ),
});

/** Environments that a team shares and that lead to users: what must hold there can't be left unsaid. */
export const guardedEnvironments: readonly string[] = ["stg", "uat", "prod"];

export type PulumiSettings = z.infer<typeof pulumiSettings>;
