import type { Rule } from "../rule.ts";

/** Where the users are, "at any time" is a decision: it is written down, not come to by leaving something out. */
export const prodNamesWindows: Rule = {
  name: "prod-names-windows",
  check: ({ fileName, gates }) =>
    fileName === "prod" && gates !== undefined && gates.windows === undefined
      ? [
          {
            path: ["gates", "windows"],
            message: "expected when releases may come into prod, or false for at any time, found nothing",
          },
        ]
      : [],
};
