import type { Exception } from "../infra/model/exception.ts";
import { excuseFor, expiredText } from "./exceptions.ts";
import type { Resource, Rule, Violation } from "./rule.ts";
import { parseUrn } from "./urn.ts";

export type Verdict =
  | { readonly kind: "passes" }
  | { readonly kind: "notApplicable"; readonly reason: string }
  | { readonly kind: "denied"; readonly messages: readonly string[] };

/** A rule's answer for one resource, exceptions considered, in words for the user. */
export async function verdictOf(
  rule: Rule,
  resource: Resource,
  config: unknown,
  exceptions: readonly Exception[],
  today: string,
): Promise<Verdict> {
  const outcome = await rule.judge(resource, config);
  switch (outcome.kind) {
    case "compliant":
      return { kind: "passes" };
    case "notApplicable":
      return outcome;
    case "violated":
      return verdictOn(rule.name, resource.urn, outcome.violations, exceptions, today);
  }
}

/** What becomes of a rule's violations by one resource, exceptions considered. */
export function verdictOn(
  rule: string,
  urn: string,
  violations: readonly Violation[],
  exceptions: readonly Exception[],
  today: string,
): Exclude<Verdict, { kind: "passes" }> {
  const excuse = excuseFor(exceptions, rule, urn, today);
  const { type, name } = parseUrn(urn);
  const messages = violations.map(
    ({ property, found, expected }) => `${name} (${type}): ${property}: expected ${expected}, found ${found}`,
  );
  switch (excuse.kind) {
    case "excused": {
      const { approver, expires, reason } = excuse.exception;
      return { kind: "notApplicable", reason: `${approver} approved an exception until ${expires}: ${reason}` };
    }
    case "expired":
      return { kind: "denied", messages: messages.map((text) => `${text}; ${expiredText(excuse.exception)}`) };
    case "none":
      return { kind: "denied", messages };
  }
}
