import { z } from "zod";
import { leaves } from "../leaves.ts";
import { defineRule, type Violation } from "../rule.ts";
import type { KnownSecret } from "../secret-marks.ts";
import { unmarked } from "./secret-in-plain.ts";

const SENSITIVE =
  /^(password|privateKey|privateKeyPassword|passphrase|plaintextValue|token|registryToken|keyMaterial)$/;

/** A secret that is unwrapped on its way from one resource into another stands in the state for all to read. */
export const secretKept = defineRule({
  name: "secret-kept",
  description:
    "Secrets stay secret: what Pulumi keeps secret in one resource is plain in none, and passwords are secrets.",
  types: "all",
  properties: z.custom<object>((value) => typeof value === "object" && value !== null),
  config: {
    minLength: z.int().min(4).default(8).describe("Length from which a secret is looked for in other resources"),
  },
  judge: ({ properties, marks }, { minLength }) => {
    if (marks === undefined) return [unmarked];
    const secrets = marks.known.filter(({ value }) => value.length >= minLength);
    return [...leaves(properties)].flatMap((leaf): Violation[] => {
      if (leaf.kind === "unknown" || marks.isSecret(leaf.path)) return [];
      const { path, key, text } = leaf;
      if (SENSITIVE.test(key) && text !== "") {
        return [{ property: path, found: "a plain text", expected: "a Pulumi secret, e.g. pulumi.secret(...)" }];
      }
      const secret = secrets.find(({ value }) => text.includes(value));
      return secret ? [tellsSecret(path, secret)] : [];
    });
  },
});

/** A plain input that has in it what is secret elsewhere. */
export function tellsSecret(property: string, { resource, path }: KnownSecret): Violation {
  const found = `in plain what is secret in ${resource} (${path})`;
  return { property, found, expected: "a Pulumi secret here too, e.g. pulumi.interpolate`...`" };
}
