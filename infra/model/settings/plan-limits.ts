import { z } from "zod";
import { strategyKinds } from "../strategy.ts";

/** Limits of a plan as its gate wants them: all of them, so that one that got lost is missed. */
export const planLimitsSchema = z.strictObject({
  minHoldSeconds: z.number().min(0),
  maxFirstPercent: z.number().min(0.1).max(100),
  strategies: z.array(z.enum(strategyKinds)).min(1),
});

/** What the plan of a rollout must keep to, whatever its service's settings say. */
export const planLimits = z.strictObject({
  minHoldSeconds: z
    .number()
    .min(0)
    .max(604_800)
    .default(0)
    .describe(
      "How long each step with users on the candidate lasts at least, by its plan: a judged step's `minSeconds`, the seconds of one at 100 %. Pauses, testers and copies of requests don't count, and don't need it",
    ),
  maxFirstPercent: z
    .number()
    .min(0.1)
    .max(100)
    .default(100)
    .describe(
      "Largest share of the clients that the first step with users may give the candidate; below 100 only canaries fit",
    ),
  strategies: z
    .array(z.enum(strategyKinds))
    .min(1)
    .default([...strategyKinds])
    .describe("Strategies that a service may have; all of them, where it isn't said"),
});

export type PlanLimits = z.infer<typeof planLimitsSchema>;
