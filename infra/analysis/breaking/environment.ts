import type { BreakingFinding } from "../../model/breaking.ts";
import type { Contract } from "../../model/contract.ts";
import type { Given } from "./facts.ts";

/**
 * What the newer one needs and the environment doesn't give it. Where no environment was named: what it needs and the
 * older one didn't.
 */
export function environmentFindings(
  before: Contract | null,
  after: Contract,
  settings: Given | null,
): readonly BreakingFinding[] {
  const needed = [...new Set(after.environment?.required ?? [])];
  if (settings !== null) {
    const lacking = needed.filter((name) => !settings.variables.includes(name));
    return lacking.map((where) => ({
      kind: "environment",
      id: "variable-lacking",
      severity: "breaking",
      where,
      what: `it is needed, and the settings of ${settings.environment} don't give it`,
    }));
  }
  const known = before?.environment?.required ?? [];
  return needed
    .filter((name) => !known.includes(name))
    .map((where) => ({
      kind: "environment",
      id: "variable-added",
      severity: "unsure",
      where,
      what: "it is needed now, and nobody looked whether the environment gives it",
    }));
}
