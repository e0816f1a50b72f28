import type { GateDecision } from "./decision.ts";

export interface OrderInputs {
  /** Version asked for. */
  readonly requested: string;
  /** Version that serves now; null for a first release. */
  readonly settled: string | null;
  /** Negative when the first is older, by semver.org's precedence. */
  readonly compare: (a: string, b: string) => number;
}

/** Going to an older version is a rollback, and is asked for as one. */
export function orderGate({ requested, settled, compare }: OrderInputs): GateDecision {
  const older = settled !== null && compare(requested, settled) < 0;
  return {
    gate: "order",
    allowed: !older,
    reason: older
      ? `${requested} is older than ${settled}, which serves now; use "sluice rollback" to go back`
      : settled === null
        ? "nothing is settled yet"
        : `${requested} is not older than ${settled}`,
    inputs: { requested, settled },
  };
}
