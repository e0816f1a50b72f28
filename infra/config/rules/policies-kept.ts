import { guardedEnvironments } from "../../model/settings/pulumi.ts";
import type { Rule } from "../rule.ts";

/** What one violation costs is an exception, with an approver and an expiry: the whole pack isn't left out where it counts. */
export const policiesKept: Rule = {
  name: "policies-kept",
  check: ({ fileName, pulumi }) =>
    guardedEnvironments.includes(fileName) && pulumi?.policies === false
      ? [{ path: ["pulumi", "policies"], message: `expected true or nothing in ${fileName}, found false` }]
      : [],
};
