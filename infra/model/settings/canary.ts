import { z } from "zod";

export const canaryStep = z.strictObject({
  percent: z
    .number()
    .min(0)
    .max(100)
    .multipleOf(0.1)
    .describe(
      "Share of the clients that get the candidate; each step's is larger than the one before. 0, as the first: only the testers of `route.testers` see it, and it has to pass its private checks",
    ),
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
      "How long it lasts at most. Default: 1800; at 100 %, where nothing is left to compare with, the seconds of `watch`; at 0 % `minSeconds`",
    ),
  pause: z
    .boolean()
    .default(false)
    .describe("Whether the rollout then waits, judged on, until a person says `sluice continue`"),
});

export const shadowSettings = z.strictObject({
  percent: z
    .number()
    .min(0.1)
    .max(100)
    .multipleOf(0.1)
    .default(10)
    .describe("Share of the clients whose safe requests are copied"),
  minSeconds: z.number().min(0).max(604_800).default(60).describe("How long the step lasts at least"),
  holdSeconds: z.number().min(1).max(604_800).default(1_800).describe("How long it lasts at most"),
});

/** Steps of a canary. */
export const canarySettings = z.strictObject({
  steps: z
    .array(canaryStep)
    .min(1)
    .prefault([{ percent: 10 }, { percent: 25 }, { percent: 50 }, { percent: 100 }])
    .describe("Steps, in order; 100 % comes last, also where it isn't written"),
  shadow: shadowSettings
    .optional()
    .describe(
      "A step before the first user: the candidate gets copies of users' GET and HEAD requests, nobody gets its answers, and it goes back when it answers worse than the settled slot. Copies carry `X-Sluice-Copy: 1`; for services whose safe requests change nothing",
    ),
});

export type CanarySettings = z.infer<typeof canarySettings>;
