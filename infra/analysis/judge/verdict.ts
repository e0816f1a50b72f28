/** One figure behind a verdict. */
export interface Signal {
  /** What was looked at, e.g. `errors`, `latency p95`, `rail errors 5 %`. */
  readonly name: string;
  /** What it says by itself. */
  readonly says: "worse" | "notWorse" | "open";
  /** The figures, in words that a person can check. */
  readonly words: string;
}

export interface Verdict {
  readonly answer: "betterOrEqual" | "worse" | "notEnough";
  /** Why, in one sentence or more. */
  readonly reason: string;
  /** Requests seen so far: a candidate without any has shown nothing, neither good nor bad. */
  readonly requests: { readonly candidate: number; readonly settled: number };
  readonly signals: readonly Signal[];
}
