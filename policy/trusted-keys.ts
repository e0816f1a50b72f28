import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { messageOf } from "../infra/model/errors.ts";
import { signingSettings } from "../infra/model/settings/signing.ts";

/** By which keys an environment's decisions count. */
export type Trusted =
  | { readonly kind: "keys"; readonly keys: readonly string[] }
  /** Its settings sign nothing. */
  | { readonly kind: "unsigned" }
  | { readonly kind: "unknown"; readonly reason: string };

const settings = z.looseObject({ signing: z.union([z.literal(false), signingSettings]).optional() });

/** As the environment's settings have it, in the folder where the stack's program finds them. */
export function trustedKeys(environment: string): Trusted {
  const folder = process.env["SLUICE_CONFIG_DIR"] ?? join(import.meta.dirname, "..", "stacks", "config");
  const file = join(folder, `${environment}.yaml`);
  try {
    const { signing } = settings.parse(parse(readFileSync(file, "utf8"), { merge: true }));
    return signing ? { kind: "keys", keys: signing.trusted[environment] ?? [] } : { kind: "unsigned" };
  } catch (error) {
    return { kind: "unknown", reason: `${file} can't be read: ${messageOf(error)}` };
  }
}
