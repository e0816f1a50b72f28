import type { GateDecision } from "./decision.ts";

export interface QuarantineInputs {
  /** `sha256:...` of the image asked for. */
  readonly digest: string;
  /** Why the digest is in quarantine; null when it isn't. */
  readonly reason: string | null;
}

/** A digest that was rolled back stays out, on the way forward and on the way back, until a person lifts it. */
export function quarantineGate({ digest, reason }: QuarantineInputs): GateDecision {
  return {
    gate: "quarantine",
    allowed: reason === null,
    reason:
      reason === null
        ? "the digest is not in quarantine"
        : `${digest} was rolled back (${reason}); a person lifts it with "sluice quarantine lift"`,
    inputs: { digest, quarantined: reason !== null },
  };
}
