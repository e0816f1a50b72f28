import { z } from "zod";

/** Limits as the gate wants them: all of them, so that one that got lost is missed. */
export const budgetLimitsSchema = z.strictObject({
  objectivePercent: z.number().min(50).max(99.9999),
  windowDays: z.int().min(1).max(90),
  minLeftPercent: z.number().min(0).max(100),
});

/** How much of a service's error budget must be left before a release comes in. */
export const budgetSettings = z.strictObject({
  objectivePercent: z
    .number()
    .min(50)
    .max(99.9999)
    .default(99.9)
    .describe("Percentage of the requests that is to go well. The rest is the budget of errors"),
  windowDays: z
    .int()
    .min(1)
    .max(90)
    .default(28)
    .describe("Days over which it is counted, until now. The metrics source must keep as many"),
  minLeftPercent: z
    .number()
    .min(0)
    .max(100)
    .default(10)
    .describe("Percentage of the budget that must be left for a release to come in"),
});

export type BudgetLimits = z.infer<typeof budgetLimitsSchema>;
