import sodium from "libsodium-wrappers";
import type { Environment } from "./world.ts";

/** What GitHub would give a job: the plain value of an environment's secret; undefined where there is none. */
export async function unsealed({ secrets, keys }: Environment, name: string): Promise<string | undefined> {
  await sodium.ready;
  const secret = secrets.get(name);
  if (secret === undefined) return undefined;
  const bytes = (base64: string) => new Uint8Array(Buffer.from(base64, "base64"));
  const opened = sodium.crypto_box_seal_open(bytes(secret.sealed), bytes(keys.publicBase64), bytes(keys.privateBase64));
  return Buffer.from(opened).toString("utf8");
}
