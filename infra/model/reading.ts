import type { SlotName } from "./slot.ts";

/** A service's counters as a metrics source holds them at one moment: the newest sample of each exporter. */
export interface Reading {
  readonly exporters: readonly ExporterReading[];
}

/** What one exporter last told of one service. Counters only grow, and begin at 0 when the exporter starts anew. */
export interface ExporterReading {
  /** Host whose gateway's log it reads. */
  readonly host: string;
  /** Tells exporters of one host apart, e.g. its address as the source knows it. */
  readonly origin: string;
  /** When its counters were taken, in milliseconds of the source's own clock: comparable with nothing else. */
  readonly at: number;
  /** How often it found the driver's heartbeat in the log. */
  readonly heartbeats: number;
  readonly slots: Readonly<Record<SlotName, SlotCounters>>;
}

/** What became of a service's requests over some days, all slots together. */
export interface RequestHistory {
  readonly requests: number;
  /** Of the requests, those with status 5xx. */
  readonly failed: number;
  /** Hosts of the environment whose requests are counted just now. */
  readonly heard: readonly string[];
}

export interface SlotCounters {
  readonly requests: number;
  /** Of the requests, those with status 5xx. */
  readonly errors: number;
  /** Answers that took at most `milliseconds`, ascending and cumulative; the last one is `Infinity`. */
  readonly buckets: readonly Bucket[];
}

export interface Bucket {
  readonly milliseconds: number;
  readonly count: number;
}

/** In whose name the driver's own requests to a gateway's `/heartbeat` are logged: no organisation can be called so. */
export const heartbeatName = { org: "_sluice", service: "heartbeat" } as const;
