import { z } from "zod";
import { analysisSettings } from "./settings/analysis.ts";
import { healthSettings, watchSettings } from "./settings/health.ts";
import { strategyKinds } from "./strategy.ts";
import { windowsSchema } from "./settings/windows.ts";

const percent = z.number().min(0.1).max(100);

/** Testers see the candidate at every step; at 0 % nobody else does. */
const percentOrNone = z.union([percent, z.literal(0)]);

/** Candidate's share of the clients for a time in which it must look healthy. */
export const weightStep = z.strictObject({
  kind: z.literal("weight"),
  percent: percentOrNone,
  holdSeconds: z.number().min(0),
});

/**
 * Candidate's share of the traffic, in percent, until the judge says that it is no worse than the settled slot (but for
 * `minSeconds`), at most for `holdSeconds`; without anything to judge by then, it goes back.
 */
export const analysisStep = z.strictObject({
  kind: z.literal("analysis"),
  percent,
  minSeconds: z.number().min(0),
  holdSeconds: z.number().min(0),
});

/** The share of the step before, judged, until a person says that it goes on. */
export const pauseStep = z.strictObject({ kind: z.literal("pause"), percent: percentOrNone });

/**
 * No client's: the candidate gets copies of the safe requests of a share of the clients, and what it makes of them is judged
 * as in an analysis step.
 */
export const shadowStep = z.strictObject({
  kind: z.literal("shadow"),
  percent,
  minSeconds: z.number().min(0),
  holdSeconds: z.number().min(0),
});

export const stepSchema = z.discriminatedUnion("kind", [weightStep, analysisStep, pauseStep, shadowStep]);

const { maxMemoryPercent, maxCpuPercent } = watchSettings.shape;

/** Plans of older programs don't name these limits, and have none: they are frozen. */
const watch = watchSettings.extend({
  maxMemoryPercent: maxMemoryPercent.unwrap().optional(),
  maxCpuPercent: maxCpuPercent.unwrap().optional(),
});

/**
 * What a rollout may do, frozen in the ledger when it starts. Blue-green is the one-step plan `[100]`; `recreate` empties
 * the settled slot before it fills the candidate, and then goes through the same steps.
 */
export const planSchema = z.strictObject({
  strategy: z.enum(strategyKinds),
  /** Empty for a first release: nothing is settled that a share of the traffic could stay with. */
  steps: z.array(stepSchema),
  health: healthSettings,
  watch,
  /** How the judge of the analysis and pause steps decides; plans without such steps have none. */
  analysis: analysisSettings.optional(),
  drainSeconds: z.number().min(0),
  /** Whether a candidate that users were on stays warm when it went back, for the pages that they have open. */
  keepRolledBack: z.boolean().optional(),
  tickSeconds: z.union([z.literal(1), z.literal(10)]),
  leaseTicks: z.int().min(1),
  /** Seed of the rollout's own order in which buckets get the candidate. */
  seed: z.string().min(1),
  /** When it may give the candidate more of the users; without, at any time. A rollback's plan has none. */
  windows: windowsSchema.optional(),
});

export type Step = z.infer<typeof stepSchema>;
export type StepOf<Kind extends Step["kind"]> = Extract<Step, { kind: Kind }>;
export type Plan = z.infer<typeof planSchema>;
