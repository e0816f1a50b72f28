import type { Rule } from "../rule.ts";

/** Of two entries for one thing the later date would hold, whatever the other one says. */
export const scanIgnoresDistinct: Rule = {
  name: "scan-ignores-distinct",
  check: ({ gates }) => {
    if (!gates?.scan) return [];
    const { ignore } = gates.scan;
    return ignore.flatMap((one, index) => {
      const first = ignore.findIndex((other) => other.id === one.id && other.package === one.package);
      if (first === index) return [];
      const message = `expected each vulnerability of a package once, found ${one.id} in ${one.package} also at ${first}`;
      return [{ path: ["gates", "scan", "ignore", index], message }];
    });
  },
};
