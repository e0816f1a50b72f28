import { z } from "zod";

/** Limits of the seed: what may never be, and what may never be more than so many times the settled slot's. */
export const railSettings = z.strictObject({
  maxErrorPercent: z.number().min(0.01).max(99).default(5).describe("Highest share of failed requests"),
  maxP95Milliseconds: z
    .number()
    .min(1)
    .max(3_600_000)
    .default(2_000)
    .describe("Highest 95th percentile of the time of an answer"),
  maxErrorRatio: z
    .number()
    .min(1)
    .max(100)
    .default(1.5)
    .describe("How many times the settled slot's share of failed requests"),
  maxP95Ratio: z.number().min(1).max(100).default(1.3).describe("How many times the settled slot's 95th percentile"),
});

export const sequentialSettings = z.strictObject({
  alpha: z
    .number()
    .min(0.000_1)
    .max(0.2)
    .default(0.01)
    .describe("Highest chance that a release which is as good is called worse, over all looks together"),
  margin: z
    .number()
    .min(1.01)
    .max(10)
    .default(1.25)
    .describe("Odds ratio below which a difference doesn't matter, however surely it is there"),
  latencyMargin: z
    .number()
    .min(1)
    .max(10)
    .default(1.15)
    .describe("Ratio of a latency percentile below which a difference doesn't matter"),
  latencyMarginMilliseconds: z
    .number()
    .min(0)
    .max(60_000)
    .default(10)
    .describe("Difference of a latency percentile below which it doesn't matter, however many times higher it is"),
  ownDifference: z
    .number()
    .min(0)
    .max(1)
    .default(0.1)
    .describe("How much two healthy slots differ by nature: standard deviation of the logarithm of the odds ratio"),
  horizonSeconds: z
    .number()
    .min(60)
    .max(604_800)
    .default(1_800)
    .describe("Over how much watched time the rail on the errors' ratio may spend its share of `alpha`"),
  harmfulOdds: z
    .number()
    .min(1.1)
    .max(100)
    .default(2)
    .describe("Odds ratio that has to be excluded, for errors and for each latency percentile, to promote early"),
  promotionAlpha: z
    .number()
    .min(0.000_1)
    .max(0.2)
    .default(0.02)
    .describe("Highest chance that a release with harmful odds is promoted early"),
  promotionSeconds: z
    .number()
    .min(0)
    .max(604_800)
    .default(300)
    .describe("Watched time before which nothing is promoted early"),
  negligiblePercent: z
    .number()
    .min(0)
    .max(5)
    .default(0.05)
    .describe("Share of bad requests below which no ratio is asked for; 0 always asks"),
});

/** Kayenta's judge, with its defaults. */
export const mannWhitneySettings = z.strictObject({
  confidence: z.number().min(0.5).max(0.999).default(0.98).describe("Of the interval around the difference"),
  tolerance: z
    .number()
    .min(0)
    .max(10)
    .default(0.25)
    .describe("Share of the estimated difference that the interval must stay clear of zero by"),
  pass: z.number().min(0).max(100).default(95).describe("Lowest score that passes"),
  marginal: z.number().min(0).max(100).default(75).describe("Score below which the candidate is worse"),
  windows: z
    .int()
    .min(3)
    .max(10_000)
    .default(30)
    .describe("Windows with requests in both slots before the first decision"),
});

export const ratioSettings = z.strictObject({
  windows: z.int().min(1).max(10_000).default(30).describe("Windows before the first decision; each later one decides"),
});

/** How a candidate's windows are judged against the settled slot's. */
export const analysisSettings = z.strictObject({
  algorithm: z
    .enum(["sequential", "mannWhitney", "ratio"])
    .default("sequential")
    .describe("Sluice's sequential tests, Kayenta's judge, or fixed ratios"),
  rails: railSettings.prefault({}).describe("Guard rails: the sequential judge's, and all that the ratio rule knows"),
  sequential: sequentialSettings.prefault({}).describe("The sequential judge"),
  mannWhitney: mannWhitneySettings.prefault({}).describe("Kayenta's judge"),
  ratio: ratioSettings.prefault({}).describe("Fixed ratios of what was seen so far"),
});

export type AnalysisSettings = z.infer<typeof analysisSettings>;
export type RailSettings = z.infer<typeof railSettings>;
export type SequentialSettings = z.infer<typeof sequentialSettings>;
