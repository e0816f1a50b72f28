import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { InputError } from "../model/errors.ts";
import type { SecretReference } from "../model/settings/secret.ts";

/** Reads the value behind a reference; throws InputError naming the variable or file when there is none. */
export type ResolveSecret = (reference: SecretReference) => Promise<string>;

export interface Secrets {
  readonly resolve: ResolveSecret;
  /** Every value resolved so far: what must not appear in output or in the ledger. */
  readonly values: () => readonly string[];
}

/** Secrets from the environment and from files, read anew at each call. A file's closing line break isn't part of it. */
export function secretsFrom(environment: Readonly<Record<string, string | undefined>>): Secrets {
  const values = new Set<string>();
  return {
    resolve: async (reference) => {
      const value =
        "env" in reference.secret
          ? fromEnvironment(reference.secret.env, environment)
          : await fromFile(reference.secret.file);
      values.add(value);
      return value;
    },
    values: () => [...values],
  };
}

/** `~/` at the start of a path is the home folder of the user who runs Sluice. */
export function expandHome(path: string): string {
  return path.startsWith("~/") ? join(homedir(), path.slice(2)) : path;
}

function fromEnvironment(name: string, environment: Readonly<Record<string, string | undefined>>): string {
  const value = environment[name];
  if (value === undefined || value === "") {
    throw missing(`secret.env ${name}`, "expected an environment variable of this name, and it is not set or empty");
  }
  return value;
}

async function fromFile(file: string): Promise<string> {
  const path = expandHome(file);
  const text = await readFile(path, "utf8").catch((error: unknown) => {
    throw missing(
      `secret.file ${file}`,
      `expected a readable file (${(error as NodeJS.ErrnoException).code ?? "error"})`,
    );
  });
  const value = text.replace(/\r?\n$/, "");
  if (value === "") throw missing(`secret.file ${file}`, "expected a secret in this file, and it is empty");
  return value;
}

function missing(key: string, message: string): InputError {
  return new InputError("A secret can't be read:", [{ key, message }]);
}
