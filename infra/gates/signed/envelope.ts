import { createHash, createPublicKey, type KeyObject, verify } from "node:crypto";
import { type Envelope, envelopeSchema, type Signature, statementType } from "../../model/envelope.ts";

/**
 * The bytes that a DSSE signature is over: type and payload with their lengths, so that neither can be read as a part of
 * the other (DSSE protocol 1.0, "PAE").
 */
export function signedBytes(payloadType: string, payload: Buffer): Buffer {
  const head = `DSSEv1 ${Buffer.byteLength(payloadType)} ${payloadType} ${payload.length} `;
  return Buffer.concat([Buffer.from(head, "utf8"), payload]);
}

/** How signatures name a key: sha256 (hex) of its SubjectPublicKeyInfo. No proof of anything. */
export function keyIdOf(key: KeyObject): string {
  return createHash("sha256")
    .update(key.export({ type: "spki", format: "der" }))
    .digest("hex");
}

/** The public key behind its base64 in the settings. */
export function publicKeyOf(base64: string): KeyObject {
  return createPublicKey({ key: Buffer.from(base64, "base64"), type: "spki", format: "der" });
}

/** Puts a statement into an envelope, to be signed. */
export function payloadOf(statement: unknown): Buffer {
  return Buffer.from(JSON.stringify(statement), "utf8");
}

export function envelopeOf(payload: Buffer, signature: Signature): Envelope {
  return { payloadType: statementType, payload: payload.toString("base64"), signatures: [signature] };
}

export type Opened =
  | { readonly kind: "opened"; readonly statement: unknown; readonly keyId: string }
  | { readonly kind: "refused"; readonly reason: string };

/** What an envelope says, once one of these keys is seen to have signed it. `keys` are base64, as in the settings. */
export function openEnvelope(given: unknown, keys: readonly string[]): Opened {
  const parsed = envelopeSchema.safeParse(given);
  if (!parsed.success) return refused("it is no DSSE envelope");
  const { payloadType, payload, signatures } = parsed.data;
  if (payloadType !== statementType) return refused(`it is of type ${payloadType}, expected ${statementType}`);
  const said = Buffer.from(payload, "base64");
  const bytes = signedBytes(payloadType, said);
  const signer = keys.map(publicKeyOf).find((key) => signatures.some(({ sig }) => isSignedBy(key, bytes, sig)));
  if (!signer) return refused(`its signature is by none of the ${keys.length} trusted keys, or it was changed since`);
  try {
    return { kind: "opened", statement: JSON.parse(said.toString("utf8")) as unknown, keyId: keyIdOf(signer) };
  } catch {
    return refused("what it says is no JSON");
  }
}

function isSignedBy(key: KeyObject, bytes: Buffer, signature: string): boolean {
  return verify(null, bytes, key, Buffer.from(signature, "base64"));
}

function refused(reason: string): Opened {
  return { kind: "refused", reason };
}
