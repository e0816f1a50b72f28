import type { Exception } from "../infra/model/exception.ts";
import { secretKept, tellsSecret } from "./rules/secret-kept.ts";
import type { SecretsSeen } from "./secrets-seen.ts";
import { verdictOn } from "./verdict.ts";

export interface Denied {
  readonly urn: string;
  readonly messages: readonly string[];
}

/** What `secret-kept` couldn't see in its turn, in words for the user; an exception for it counts here, too. */
export function toldBefore(
  seen: SecretsSeen,
  config: unknown,
  exceptions: readonly Exception[],
  today: string,
): readonly Denied[] {
  const { minLength } = secretKept.config.parse(config) as { minLength: number };
  return seen.toldBefore(minLength).flatMap(({ urn, path, secret }): Denied[] => {
    const verdict = verdictOn(secretKept.name, urn, [tellsSecret(path, secret)], exceptions, today);
    return verdict.kind === "denied" ? [{ urn, messages: verdict.messages }] : [];
  });
}
