import { InputError, type Issue } from "../../model/errors.ts";
import { shortestSecret } from "../redact.ts";

/**
 * Refuses an event in which the value of a known secret stands, naming the key: the ledger is kept for ever and read by
 * many. Settings give such a value as `{ secret: ... }`, which stays a reference.
 */
export function refuseSecrets(event: unknown, values: readonly string[]): void {
  const secrets = values.map((value) => value.trim()).filter(({ length }) => length >= shortestSecret);
  const issues = secrets.length > 0 ? findings(event, secrets, "") : [];
  if (issues.length > 0) throw new InputError("Not written to the ledger, since it would hold secrets:", issues);
}

function findings(value: unknown, secrets: readonly string[], key: string): Issue[] {
  if (typeof value === "string") {
    const found = secrets.some((secret) => value.includes(secret));
    return found ? [{ key, message: "holds the value of a secret; expected a reference { secret: ... }" }] : [];
  }
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => findings(inner, secrets, key ? `${key}.${name}` : name));
}
