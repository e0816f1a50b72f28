import { z } from "zod";
import { slotNames } from "../model/slot.ts";

/** Exit codes of the host script. */
export const hostExit = { done: 0, failed: 1, usage: 2, refused: 3, busy: 4 } as const;

const slot = z.enum(slotNames);
const marker = z.enum([...slotNames, "none"]);
const count = z.int().min(0);

export const serviceInitReply = z.object({ ok: z.literal(true), settled: marker });
export const settleReply = z.object({
  ok: z.literal(true),
  settled: marker,
  before: z.enum([...slotNames, "none", "missing"]),
  changed: z.boolean(),
});
export const prepareReply = z.object({ ok: z.literal(true), rollout: z.string() });
export const leaseReply = z.object({
  ok: z.literal(true),
  rollout: z.string(),
  slot,
  tick: count,
  /** Seconds since the epoch, by the host's clock. */
  lapsesAt: count,
});
/** `forced`: the lock was held by a call that hangs, and the rollout was ended without it. */
export const clearReply = z.object({ ok: z.literal(true), changed: z.boolean(), forced: z.boolean() });
export const stateReply = z.object({
  ok: z.literal(true),
  settled: z.enum([...slotNames, "none", "missing"]),
  /** Highest token seen. */
  token: count,
  /** `rollouts/<rollout>/<slot>-<share>`, or empty. */
  current: z.string(),
  tick: count,
  tickSeconds: z.union([z.literal(1), z.literal(10)]),
  /** Ticks of a lease that are on or to come; 0 without one. */
  leaseTicks: count,
  rollouts: z.array(z.string()),
  ended: z.array(z.string()),
});
export const applyReply = z.object({
  ok: z.literal(true),
  changed: z.boolean(),
  generation: count,
  /** False before the gateway's first start: written, but nobody answers yet. */
  running: z.boolean().optional(),
});
export const observeReply = z.object({
  ok: z.literal(true),
  cursor: z.string(),
  /** Log lines since the last cursor may be missing or counted twice: its files are gone. */
  gap: z.boolean(),
  /** Testers' requests are left out. `originals` are the users' requests, counted for their slot too, that were copied. */
  slots: z.partialRecord(
    z.enum([...slotNames, "none", "copies", "originals"]),
    z.object({
      requests: count,
      /** Upgraded connections and streams, which have no duration worth counting. */
      streams: count,
      statuses: z.record(z.string(), count),
      milliseconds: z.record(z.string(), count),
    }),
  ),
});
export const connectionsReply = z.object({ ok: z.literal(true), connections: count });
export const rotateReply = z.object({ ok: z.literal(true), rotated: z.array(z.string()) });
export const driftReply = z.object({
  ok: z.literal(true),
  /** Generation that was applied last; null before the first. */
  live: count.nullable(),
  /** Generation that nginx answers with; null when it doesn't. */
  running: count.nullable(),
  /** Files that aren't as they were applied. */
  edited: z.array(z.string()),
});
export const doneReply = z.object({ ok: z.literal(true) });

const troubleReply = z.object({
  ok: z.literal(false),
  kind: z.enum(["failed", "usage", "refused", "busy"]),
  message: z.string(),
});

/** Answer of the status endpoint for one service and one bucket. */
export const statusAnswer = z.object({
  service: z.string(),
  settled: marker,
  /** Where a request of this bucket goes now; `none` is answered 503. */
  target: marker,
  leased: z.boolean(),
  /** The slot that gets a copy of the bucket's safe requests, if one does. */
  copies: z.enum([...slotNames, ""]).default(""),
  bucket: z.string(),
  tick: count,
  generation: count,
  worker: count,
});

export type ObserveReply = z.output<typeof observeReply>;
export type StateReply = z.output<typeof stateReply>;
export type StatusAnswer = z.output<typeof statusAnswer>;

export type HostReply<T> =
  | { readonly kind: "done"; readonly value: T }
  | { readonly kind: "refused"; readonly message: string }
  /** Failed, busy, wrongly called or not understood: the host's state is not known. */
  | { readonly kind: "failed"; readonly message: string };

/** What a call of the host script came to. `stdout` is its one line of JSON; `stderr` is used where there is none. */
export function parseHostReply<T>(schema: z.ZodType<T>, stdout: string, stderr = ""): HostReply<T> {
  const line = stdout.trim();
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch {
    return { kind: "failed", message: `the host script answered no JSON: ${(stderr.trim() || line).slice(0, 2000)}` };
  }
  const trouble = troubleReply.safeParse(json);
  if (trouble.success) {
    const { kind, message } = trouble.data;
    return { kind: kind === "refused" ? "refused" : "failed", message };
  }
  const value = schema.safeParse(json);
  if (value.success) return { kind: "done", value: value.data };
  return { kind: "failed", message: `the host script's answer is not understood: ${z.prettifyError(value.error)}` };
}
