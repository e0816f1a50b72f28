import { normalBelow } from "./random.ts";

/** Share of the answers that take at most so many milliseconds. */
export type Latency = (milliseconds: number) => number;

/** One kind of canary: traffic, what is usual there, and what is wrong with the candidate. */
export interface Scenario {
  /** Requests a second, both slots together. */
  readonly rate: number;
  /** The candidate's share of the traffic, 0 to 1. */
  readonly share: number;
  /** Usual share of failed requests, 0 to 1. */
  readonly errors: number;
  readonly latency: Latency;
  /** The candidate's error rate and latency as multiples of the usual. */
  readonly candidate: { readonly errors: number; readonly latency: number };
  /** Minute from which the candidate is like that. */
  readonly onset: number;
  /** Noise of the logarithms of error rate and latency that both slots share: AR(1) with coefficient 0.8. */
  readonly shared: { readonly errors: number; readonly latency: number };
  /** The same of each slot's own, and what each has for good. */
  readonly own: {
    readonly errors: number;
    readonly latency: number;
    readonly offset: { errors: number; latency: number };
  };
  /** A dependency of both slots fails. */
  readonly failure: {
    readonly from: number;
    readonly minutes: number;
    readonly errors: number;
    readonly latency: number;
  } | null;
  readonly minutes: number;
  /** Upper bounds of the histograms' buckets, in milliseconds. */
  readonly bounds: readonly number[];
  /** Chance that a window is missing altogether. */
  readonly missing: number;
}

export function logNormal(median: number, sigma: number): Latency {
  return (milliseconds) => (milliseconds <= 0 ? 0 : normalBelow(Math.log(milliseconds / median) / sigma));
}

export function mixture(parts: readonly (readonly [weight: number, latency: Latency])[]): Latency {
  return (milliseconds) => parts.reduce((sum, [weight, latency]) => sum + weight * latency(milliseconds), 0);
}

/** Each bound a fifth above the one before, 10 ms to 10 s. */
export const fineBounds: readonly number[] = Array.from({ length: 39 }, (_, index) => Math.round(10 * 1.2 ** index));

/** The Prometheus client libraries' default buckets. */
export const prometheusBounds: readonly number[] = [5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000];

/** The canary, with nothing wrong. */
export const usual: Scenario = {
  rate: 20,
  share: 0.1,
  errors: 0.005,
  latency: logNormal(100, 0.6),
  candidate: { errors: 1, latency: 1 },
  onset: 1,
  shared: { errors: 0.35, latency: 0.08 },
  own: { errors: 0.02, latency: 0.01, offset: { errors: 0.02, latency: 0.01 } },
  failure: null,
  minutes: 30,
  bounds: fineBounds,
  missing: 0,
};

/** Four minutes in which both slots fail a fifth of their requests and answer three times as slowly. */
export const dependencyFailure: Scenario["failure"] = { from: 8, minutes: 4, errors: 0.2, latency: 3 };
