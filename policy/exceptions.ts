import type { Exception } from "../infra/model/exception.ts";
import { parseUrn } from "./urn.ts";

export type Excuse =
  | { readonly kind: "none" }
  | { readonly kind: "excused"; readonly exception: Exception }
  | { readonly kind: "expired"; readonly exception: Exception };

/**
 * Whether somebody has approved that a resource violates a rule.
 *
 * @param today ISO date in UTC; an exception holds until its last day is over.
 */
export function excuseFor(exceptions: readonly Exception[], rule: string, urn: string, today: string): Excuse {
  const { type, name } = parseUrn(urn);
  const own = exceptions.filter((one) => one.rule === rule && [urn, `${type}::${name}`].includes(one.resource));
  const [expired] = own;
  const valid = own.find(({ expires }) => today <= expires);
  if (valid) return { kind: "excused", exception: valid };
  return expired ? { kind: "expired", exception: expired } : { kind: "none" };
}

export function expiredText({ approver, expires, reason }: Exception): string {
  return `the exception that ${approver} approved (${reason}) expired on ${expires}`;
}

/** Those by which an environment's stacks are declared today. */
export function exceptionsInForce(
  exceptions: readonly Exception[],
  environment: string,
  today: string,
): readonly Exception[] {
  return exceptions.filter(
    ({ resource, expires }) =>
      today <= expires && (!resource.startsWith("urn:") || parseUrn(resource).environment === environment),
  );
}
