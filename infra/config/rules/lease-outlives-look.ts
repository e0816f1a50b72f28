import type { Rule } from "../rule.ts";

/** A lease is renewed at each look: were it shorter, traffic would go back and forth between two looks. */
export const leaseOutlivesLook: Rule = {
  name: "lease-outlives-look",
  check: ({ services }) =>
    Object.entries(services).flatMap(([name, { strategy }]) => {
      const { watch, leaseTicks, tickSeconds } = strategy;
      const lease = leaseTicks * tickSeconds;
      if (watch.intervalSeconds < lease) return [];
      const message = `expected less than the lease (leaseTicks ${leaseTicks} x tickSeconds ${tickSeconds} = ${lease} s), found ${watch.intervalSeconds}`;
      return [{ path: ["services", name, "strategy", "watch", "intervalSeconds"], message }];
    }),
};
