import { z } from "zod";

export const canaryStep = z.strictObject({
  percent: z
    .number()
    .min(0.1)
    .max(100)
    .multipleOf(0.1)
    .describe("Share of the clients that get the candidate; each step's is larger than the one before"),
  minSeconds: z
    .number()
    .min(0)
    .max(604_800)
    .default(60)
    .describe("How long the step lasts at least, however soon the candidate is shown to be no worse"),
  holdSeconds: z
    .number()
    .min(1)
    .max(604_800)
    .optional()
    .describe(
      "How long it lasts at most. Default: 1800; at 100 %, where nothing is left to compare with, the seconds of `watch`",
    ),
  pause: z
    .boolean()
    .default(false)
    .describe("Whether the rollout then waits, judged on, until a person says `sluice continue`"),
});

/** Steps of a canary. */
export const canarySettings = z.strictObject({
  steps: z
    .array(canaryStep)
    .min(1)
    .prefault([{ percent: 10 }, { percent: 25 }, { percent: 50 }, { percent: 100 }])
    .describe("Steps, in order; 100 % comes last, also where it isn't written"),
});

export type CanarySettings = z.infer<typeof canarySettings>;
