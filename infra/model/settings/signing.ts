import { z } from "zod";
import { publicKey } from "../envelope.ts";
import { label } from "../service-name.ts";
import { secretReference } from "./secret.ts";

/** By which key an environment's drivers sign, and whose signatures count. */
export const signingSettings = z.strictObject({
  key: secretReference.describe(
    "This environment's private key (Ed25519, PKCS #8 in PEM), as `sluice keys new` writes it; read by who drives",
  ),
  trusted: z
    .record(label, z.array(publicKey).min(1))
    .describe(
      "Public keys by the environment that they speak for, its own among them. Several while a key is exchanged: one that signed what still runs must stay",
    ),
  decisionHours: z
    .number()
    .min(0.1)
    .max(720)
    .default(24)
    .describe("How long after the gates' decision a slot may be filled by it"),
});

export type SigningSettings = z.infer<typeof signingSettings>;
