import { z } from "zod";
import { digest as digestSchema } from "../model/release.ts";
import type { GateDecision } from "./decision.ts";
import { problems } from "./problems.ts";

export interface QuarantineInputs {
  /** `sha256:...` of the image asked for. */
  readonly digest: string;
  readonly quarantine: Quarantined;
}

/** Whether a digest is in quarantine, and why. Nothing said of it is not "no". */
export type Quarantined = { readonly kind: "clear" } | { readonly kind: "held"; readonly reason: string };

export const quarantinedSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("clear") }),
  z.strictObject({ kind: z.literal("held"), reason: z.string() }),
]);

const inputsSchema = z.strictObject({ digest: digestSchema, quarantine: quarantinedSchema });

/** A digest that was rolled back stays out, on the way forward and on the way back, until a person lifts it. */
export function quarantineGate(inputs: QuarantineInputs): GateDecision {
  const gate = "quarantine";
  const parsed = inputsSchema.safeParse(inputs);
  if (!parsed.success) {
    const reason = `whether it is in quarantine can't be told: ${problems(parsed.error)}`;
    return { gate, allowed: false, reason, inputs: { digest: inputs.digest ?? null } };
  }
  const { digest, quarantine } = parsed.data;
  const isHeld = quarantine.kind === "held";
  return {
    gate,
    allowed: !isHeld,
    reason: isHeld
      ? `${digest} was rolled back (${quarantine.reason}); a person lifts it with "sluice quarantine lift"`
      : "the digest is not in quarantine",
    inputs: { digest, quarantined: isHeld },
  };
}
