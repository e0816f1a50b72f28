import * as pulumi from "@pulumi/pulumi";
import type { SecretReader } from "../components/docker/secret-reader.ts";
import { InputError, type Issue } from "../infra/model/errors.ts";
import { secretReference, type SecretReference } from "../infra/model/settings/secret.ts";

export type ResolveSecret = (reference: SecretReference) => Promise<string>;

/**
 * Reads every secret that some data refers to, before anything is declared.
 *
 * @throws InputError naming all that can't be read.
 */
export async function readSecrets(resolve: ResolveSecret, data: unknown): Promise<SecretReader> {
  const references = new Map(referencesIn(data).map((reference) => [keyOf(reference), reference]));
  const values = new Map<string, string>();
  const issues: Issue[] = [];
  for (const [key, reference] of references) {
    try {
      values.set(key, await resolve(reference));
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      issues.push(...error.issues);
    }
  }
  if (issues.length > 0) throw new InputError("Secrets can't be read:", issues);
  return (reference) => {
    const value = values.get(keyOf(reference));
    if (value === undefined) throw new Error(`not read beforehand: ${keyOf(reference)}`);
    return pulumi.secret(value);
  };
}

function keyOf({ secret }: SecretReference): string {
  return "env" in secret ? `env ${secret.env}` : `file ${secret.file}`;
}

function referencesIn(data: unknown): SecretReference[] {
  if (typeof data !== "object" || data === null) return [];
  const parsed = secretReference.safeParse(data);
  return parsed.success ? [parsed.data] : Object.values(data).flatMap(referencesIn);
}
