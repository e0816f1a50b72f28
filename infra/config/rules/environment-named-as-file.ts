import type { Rule } from "../rule.ts";

/** A file that says it is another environment would deploy there under the wrong name. */
export const environmentNamedAsFile: Rule = {
  name: "environment-named-as-file",
  check: ({ environment, fileName }) =>
    environment === undefined || environment === fileName
      ? []
      : [{ path: ["environment"], message: `expected "${fileName}" as the file is called, found "${environment}"` }],
};
