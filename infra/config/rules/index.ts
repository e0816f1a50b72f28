import type { Rule } from "../rule.ts";

/** All cross-field rules, in the order in which they are checked. */
export const rules: readonly Rule[] = [];
