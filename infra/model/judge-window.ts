import { z } from "zod";

const count = z.int().min(0);

/** How long answers took: `counts[i]` took at most `boundsMilliseconds[i]` and more than the bound before. */
export const latencyHistogram = z
  .strictObject({
    boundsMilliseconds: z
      .array(z.number().positive())
      .min(1)
      .refine(
        (bounds) => bounds.every((bound, index) => index === 0 || bound > (bounds[index - 1] ?? 0)),
        "expected bounds that ascend",
      )
      .describe("Upper bounds of the buckets, ascending; a last bucket above them is implied"),
    counts: z.array(count).min(2).describe("Answers in each bucket, the one above the last bound included"),
  })
  .refine(({ boundsMilliseconds, counts }) => counts.length === boundsMilliseconds.length + 1, {
    path: ["counts"],
    message: "expected one count for each bound and one for what is above the last",
  });

export const slotWindow = z
  .strictObject({
    requests: count.describe("Requests that were answered, or failed"),
    errors: count.describe("Those that failed (status 5xx)"),
    latency: latencyHistogram.describe("How long answers took; streams may be left out"),
  })
  .refine(({ requests, errors }) => errors <= requests, {
    path: ["errors"],
    message: "expected at most as many errors as requests",
  })
  .refine(({ requests, latency }) => latency.counts.reduce((sum, n) => sum + n, 0) <= requests, {
    path: ["latency", "counts"],
    message: "expected at most as many answers as requests",
  });

/** What both slots did in one stretch of time: one line of `sluice judge --input`, and what the ledger keeps. */
export const judgeWindow = z.strictObject({
  at: z.iso
    .datetime({ offset: true, error: "expected a time such as 2026-01-31T12:00:00Z" })
    .describe("When the window ended"),
  seconds: z.number().positive().max(86_400).describe("How long it was"),
  slots: z
    .strictObject({
      candidate: slotWindow.describe("The slot that the rollout fills"),
      settled: slotWindow.describe("The slot that serves the users"),
    })
    .describe("What each slot did in it"),
});

export type LatencyHistogram = z.infer<typeof latencyHistogram>;
export type SlotWindow = z.infer<typeof slotWindow>;
export type JudgeWindow = z.infer<typeof judgeWindow>;
