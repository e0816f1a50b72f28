import sodium from "libsodium-wrappers";

/** A text that only whoever has the private key can read, in base64: how GitHub wants secrets. */
export async function sealed(text: string, publicKeyBase64: string): Promise<string> {
  await sodium.ready;
  const key = new Uint8Array(Buffer.from(publicKeyBase64, "base64"));
  return Buffer.from(sodium.crypto_box_seal(text, key)).toString("base64");
}
