/** Where requests go. */
export interface Target {
  readonly host: string;
  readonly port: number;
}

/** What a generator is to do. */
export interface LoadOrder {
  /** Requests are spread over them evenly. */
  readonly targets: readonly [Target, ...Target[]];
  readonly path: string;
  /** Users, each with a kept-alive connection and a cookie of its own; every user's second request is a POST. */
  readonly clients: number;
  /** Requests a second that are due, answered or not; all targets together. */
  readonly ratePerSecond: number;
  /** The least number of requests; it goes on beyond until it is told to finish. */
  readonly requests: number;
  /** Bytes in the body of a POST. 0 sends only GETs. */
  readonly bodyBytes: number;
}

/** How a request ended. */
export const outcomes = ["blue", "green", "wrongAnswer", "noAnswer"] as const;
export type Outcome = (typeof outcomes)[number];

/** One row a request, in the order in which they were due. */
export interface LoadRecords {
  /** Milliseconds of `monotonic()`. Later than it was due when the user still waited for the answer before. */
  readonly sentAt: Float64Array;
  /** When the last byte of the answer had come, or it was clear that none would. */
  readonly endedAt: Float64Array;
  /** From when it was due to its end. */
  readonly milliseconds: Float32Array;
  /** Index into `outcomes`. */
  readonly outcome: Uint8Array;
  /** 1 for a POST. */
  readonly post: Uint8Array;
  /** Index into the order's targets. */
  readonly target: Uint8Array;
  /** Why requests failed, with the number of times. */
  readonly reasons: Readonly<Record<string, number>>;
}

export type FromWorker = { readonly kind: "ready" } | { readonly kind: "done"; readonly records: LoadRecords };

/** A clock that all threads and processes of the machine share, in milliseconds. */
export function monotonic(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
