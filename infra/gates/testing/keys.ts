import { createPublicKey, generateKeyPairSync, type KeyObject, sign as signBytes } from "node:crypto";
import type { Envelope } from "../../model/envelope.ts";
import { statementType } from "../../model/envelope.ts";
import { envelopeOf, keyIdOf, payloadOf, signedBytes } from "../signed/envelope.ts";

/** A key of one environment: what signs, and what its settings say. */
export interface TestKey {
  readonly privateKey: KeyObject;
  readonly publicBase64: string;
}

export function testKey(): TestKey {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  return { privateKey, publicBase64: publicKey.export({ type: "spki", format: "der" }).toString("base64") };
}

export function signatureOf({ privateKey }: TestKey, bytes: Buffer): Envelope["signatures"][number] {
  return { keyid: keyIdOf(createPublicKey(privateKey)), sig: signBytes(null, bytes, privateKey).toString("base64") };
}

/** A statement in an envelope, signed. */
export function signed(key: TestKey, statement: unknown): Envelope {
  const payload = payloadOf(statement);
  return envelopeOf(payload, signatureOf(key, signedBytes(statementType, payload)));
}
