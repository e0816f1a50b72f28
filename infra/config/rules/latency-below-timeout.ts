import type { Rule } from "../rule.ts";

/** An answer that is cut off before it is too slow is "unknown", so the latency limit would never say anything. */
export const latencyBelowTimeout: Rule = {
  name: "latency-below-timeout",
  check: ({ services }) =>
    Object.entries(services).flatMap(([name, { health }]) => {
      const { performance, timeoutSeconds } = health;
      if (performance === false || performance.maxLatencyMilliseconds < timeoutSeconds * 1000) return [];
      const message = `expected less than health.timeoutSeconds (${timeoutSeconds} s), found ${performance.maxLatencyMilliseconds}`;
      return [{ path: ["services", name, "health", "performance", "maxLatencyMilliseconds"], message }];
    }),
};
