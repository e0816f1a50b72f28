import { between } from "../analysis/counters/between.ts";
import { quantileOf } from "../analysis/judge/histogram.ts";
import { messageOf } from "../model/errors.ts";
import type { SlotWindow } from "../model/judge-window.ts";
import type { SlotName } from "../model/slot.ts";
import type { Reading } from "../model/reading.ts";
import type { Figures } from "../rollout/verdict.ts";
import { inWords, onEveryHost, type Run } from "./context.ts";
import { hostsWith } from "./places.ts";
import type { MetricsPort, SlotTallies } from "./ports.ts";
import { figuresOf, gapsIn, mergeTallies, type SlotWindows, windowsOf, withOwn } from "./tallies.ts";

/** Where counting stands. */
export interface Counting {
  /** Position in each host's access log. */
  readonly cursors: Map<string, string>;
  /** What a metrics source said last; null before the first time. */
  reading: Reading | null;
  /** When users' requests were counted last. */
  countedAt: number;
}

/** What users of both slots got since the last look, on all hosts together. */
export type Users =
  | {
      readonly kind: "counted";
      readonly windows: SlotWindows;
      /** With what the driver's own requests got. */
      readonly figures: (own: SlotTallies) => Readonly<Record<SlotName, Figures>>;
    }
  /** `blind`: what counts is silent, and not a host. */
  | { readonly kind: "unseen"; readonly reason: string; readonly blind: boolean };

export async function countUsers(run: Run, counting: Counting): Promise<Users> {
  return run.metrics ? fromMetrics(run, run.metrics, counting) : fromGateways(run, counting);
}

/**
 * Begins to count anew with a step. A metrics source is late by a scrape or two: what it has yet to tell of the step before
 * is counted with this one's, unless it is long ago. It may fail here, the looks to come will say so.
 */
export async function beginWithMetrics(run: Run, metrics: MetricsPort, counting: Counting): Promise<void> {
  await onEveryHost(hostsWith(run, run.candidate), (host) => host.beat());
  if (run.clock.steady() - counting.countedAt < 2 * metrics.maxAgeMs && counting.reading) return;
  counting.countedAt = run.clock.steady();
  counting.reading = await metrics.read().catch(() => null);
}

async function fromGateways(run: Run, counting: Counting): Promise<Users> {
  const counted = await onEveryHost(hostsWith(run, run.candidate), (host) =>
    host.observe(counting.cursors.get(host.name) ?? null),
  );
  if (counted.failed.length > 0) return { kind: "unseen", reason: inWords(counted.failed), blind: false };
  for (const { host, value } of counted.done) counting.cursors.set(host, value.cursor);
  const gaps = gapsIn(counted);
  if (gaps !== "") return { kind: "unseen", reason: gaps, blind: false };
  const users = mergeTallies(counted.done.map(({ value }) => value.slots));
  const figures = (own: SlotTallies) => {
    const all = mergeTallies([users, own]);
    return { blue: figuresOf(all.blue), green: figuresOf(all.green) };
  };
  return { kind: "counted", windows: windowsOf(users), figures };
}

async function fromMetrics(run: Run, metrics: MetricsPort, counting: Counting): Promise<Users> {
  const hosts = hostsWith(run, run.candidate);
  const unseen = (reason: string) => ({ kind: "unseen", reason: `${metrics.name}: ${reason}`, blind: true }) as const;
  const [beaten, read] = await Promise.all([
    onEveryHost(hosts, (host) => host.beat()),
    metrics.read().then(
      (reading) => ({ reading }),
      (error: unknown) => ({ failure: messageOf(error) }),
    ),
  ]);
  if ("failure" in read) return unseen(read.failure);
  const names = hosts.map(({ name }) => name);
  const seen = between(counting.reading ?? { exporters: [] }, read.reading, names);
  counting.reading = seen.next;
  if (seen.kind === "unseen")
    return unseen([seen.reason, ...(beaten.failed.length > 0 ? [inWords(beaten.failed)] : [])].join("; "));
  const figures = (own: SlotTallies) => {
    const each = (slot: SlotName) => figuresOfWindow(withOwn(seen.slots[slot], own[slot]));
    return { blue: each("blue"), green: each("green") };
  };
  return { kind: "counted", windows: seen.slots, figures };
}

function figuresOfWindow({ requests, errors, latency }: SlotWindow): Figures {
  const p95 = quantileOf(latency, 0.95);
  return {
    requests,
    errorPercent: requests === 0 ? null : (100 * errors) / requests,
    p95Milliseconds: p95 === null ? null : Math.round(p95),
  };
}
