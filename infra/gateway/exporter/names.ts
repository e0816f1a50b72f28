/** Counters of the exporter, by what they count. The second is a histogram, whose parts have names of their own. */
export const counterNames = { requests: "sluice_requests_total", seconds: "sluice_request_seconds" } as const;

/**
 * Upper bounds of the histogram, in milliseconds: about a fourth apart, so that a slowdown shows, with round figures for
 * the limits that people set.
 */
export const bucketBounds: readonly number[] = [
  5, 6, 8, 10, 12, 15, 20, 25, 30, 40, 50, 60, 80, 100, 125, 150, 200, 250, 300, 400, 500, 600, 800, 1000, 1250, 1500,
  2000, 2500, 3000, 4000, 5000, 6000, 8000, 10_000, 15_000, 20_000, 30_000, 60_000,
];
