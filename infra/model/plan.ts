import { z } from "zod";
import { healthSettings, watchSettings } from "./settings/health.ts";

/** Candidate's share of the traffic for a time in which it must look healthy. */
export const weightStep = z.strictObject({
  kind: z.literal("weight"),
  percent: z.number().min(0.1).max(100),
  holdSeconds: z.number().min(0),
});

export const stepSchema = z.discriminatedUnion("kind", [weightStep]);

/**
 * What a rollout may do, frozen in the ledger when it starts. Blue-green is the one-step plan `[100]`; `recreate` empties
 * the settled slot before it fills the candidate, and then goes through the same steps.
 */
export const planSchema = z.strictObject({
  strategy: z.enum(["blue-green", "recreate"]),
  /** Empty for a first release: nothing is settled that a share of the traffic could stay with. */
  steps: z.array(stepSchema),
  health: healthSettings,
  watch: watchSettings,
  drainSeconds: z.number().min(0),
  tickSeconds: z.union([z.literal(1), z.literal(10)]),
  leaseTicks: z.int().min(1),
  /** Seed of the rollout's own order in which buckets get the candidate. */
  seed: z.string().min(1),
});

export type Step = z.infer<typeof stepSchema>;
export type Plan = z.infer<typeof planSchema>;
