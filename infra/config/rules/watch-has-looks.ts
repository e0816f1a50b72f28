import type { Rule } from "../rule.ts";

/** A watch without a look in it would settle a release that nobody looked at. */
export const watchHasLooks: Rule = {
  name: "watch-has-looks",
  check: ({ services }) =>
    Object.entries(services).flatMap(([name, { strategy }]) => {
      const { seconds, intervalSeconds } = strategy.watch;
      if (seconds === 0 || intervalSeconds <= seconds) return [];
      const message = `expected at most the ${seconds} s of the watch, found ${intervalSeconds}`;
      return [{ path: ["services", name, "strategy", "watch", "intervalSeconds"], message }];
    }),
};
