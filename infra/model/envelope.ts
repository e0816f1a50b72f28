import { z } from "zod";

const base64 = z.string().regex(/^[A-Za-z0-9+/]+={0,2}$/, "expected base64");

/** Something that was signed: a DSSE envelope (secure-systems-lab/dsse 1.0). */
export const envelopeSchema = z.strictObject({
  payloadType: z.string().min(1),
  /** What is said, as it was signed, in base64. */
  payload: base64,
  signatures: z.array(z.strictObject({ keyid: z.string(), sig: base64 })).min(1),
});

export type Envelope = z.infer<typeof envelopeSchema>;
export type Signature = Envelope["signatures"][number];

/** Payload of an in-toto statement. */
export const statementType = "application/vnd.in-toto+json";

/** An Ed25519 public key: SubjectPublicKeyInfo in base64, which is what stands between a PEM file's two lines. */
export const publicKey = z
  .string()
  .regex(
    /^MCowBQYDK2VwAyEA[A-Za-z0-9+/]{43}=$/,
    "expected an Ed25519 public key as `sluice keys new` prints it (the middle line of a PEM file)",
  );
