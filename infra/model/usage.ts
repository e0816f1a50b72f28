import { z } from "zod";
import { slotNames } from "./slot.ts";

/** What Docker tells of a slot's container at one moment. Figures that it doesn't tell are null. */
export interface ContainerReading {
  /** Id of the container: counters of another one have nothing to do with its. */
  readonly container: string;
  /** When it was read, in milliseconds of the host's own clock. */
  readonly at: number;
  /** When the container was started last, in milliseconds of the same clock: its counters began then. */
  readonly startedAt: number;
  /** Bytes in use without page cache, which the kernel takes back where it needs room. */
  readonly memoryBytes: number | null;
  /** Bytes that it may use; where the container has no limit, all that its host has. */
  readonly memoryLimitBytes: number | null;
  /** CPU time since it was started, in seconds. */
  readonly cpuSeconds: number | null;
  /** Cores that it may use; null without a limit. */
  readonly coresLimit: number | null;
  /** How often Docker started it again by its restart policy; a start by hand sets it to 0. */
  readonly restarts: number;
  /** Whether Docker waits before it starts it once more, since it ended again and again. */
  readonly isRestarting: boolean;
  /** Whether one of its processes was killed for want of memory since it was started last; with older engines: just before. */
  readonly isOomKilled: boolean;
}

/** What a slot's container did on one host from one look to the next. */
export const usageSchema = z.strictObject({
  host: z.string(),
  slot: z.enum(slotNames),
  memoryBytes: z.number().min(0).nullable(),
  memoryLimitBytes: z.number().min(0).nullable(),
  /** Cores in use on average; null where nothing is known of the look before. */
  cores: z.number().min(0).nullable(),
  coresLimit: z.number().min(0).nullable(),
  /** Whether Docker started it again by its restart policy, or waits to. */
  restarted: z.boolean(),
  oomKilled: z.boolean(),
});

export type Usage = z.infer<typeof usageSchema>;
