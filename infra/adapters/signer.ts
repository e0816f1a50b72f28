import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import type { SignerPort } from "../driver/ports.ts";
import { keyIdOf } from "../gates/signed/envelope.ts";
import { InputError } from "../model/errors.ts";
import type { SecretReference } from "../model/settings/secret.ts";
import type { ResolveSecret } from "./secrets.ts";

/** Signs with an Ed25519 key that is read anew each time, so that nobody needs it who signs nothing. */
export function signerBy(reference: SecretReference, resolve: ResolveSecret): SignerPort {
  return {
    sign: async (bytes) => {
      const key = privateKey(await resolve(reference));
      return { keyid: keyIdOf(createPublicKey(key)), sig: sign(null, bytes, key).toString("base64") };
    },
  };
}

function privateKey(pem: string): KeyObject {
  const problem = (what: string) =>
    new InputError("The signing key can't be used:", [
      { key: "signing.key", message: `expected an Ed25519 private key (PKCS #8, PEM), ${what}` },
    ]);
  let key: KeyObject;
  try {
    key = createPrivateKey(pem);
  } catch {
    throw problem("found something else");
  }
  if (key.asymmetricKeyType !== "ed25519") throw problem(`found one of kind ${key.asymmetricKeyType ?? "unknown"}`);
  return key;
}

/** A new key: the private one in PEM, the public one as settings have it. */
export function newKey(): { readonly privatePem: string; readonly publicBase64: string } {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  return {
    privatePem: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    publicBase64: publicKey.export({ type: "spki", format: "der" }).toString("base64"),
  };
}
