import { createRequire } from "node:module";
import type { Resource, Rule } from "../rule.ts";
import { marksOf } from "../secret-marks.ts";
import { CONTAINER } from "../types.ts";

// Exported, and left out of its types.
const { unknownCheckingProxy } = createRequire(import.meta.url)("@pulumi/policy") as {
  readonly unknownCheckingProxy: (inputs: object) => object;
};

/** What the engine sends in place of a text that isn't known at preview. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

export interface Given extends Partial<Omit<Resource, "urn" | "properties">> {
  readonly type?: string;
  /** Components around it. */
  readonly within?: string;
  readonly stack?: string;
  readonly name?: string;
  readonly config?: object;
}

export function urnOf({ type = CONTAINER, within = "", stack = "dev", name = "it" }: Given = {}): string {
  return `urn:pulumi:${stack}::sluice::${within === "" ? type : `${within}$${type}`}::${name}`;
}

/** What the engine would have a rule judge: inputs behind the proxy that guards unknown values. */
export function resource(properties: object, given: Given = {}): Resource {
  const { protect = false, provider, parent, marks = marksOf([], []) } = given;
  return { urn: urnOf(given), parent, properties: unknownCheckingProxy(properties), protect, provider, marks };
}

/** A rule's answer in short: `passes`, why it isn't asked, or each violation. */
export async function judge(rule: Rule, properties: object, given: Given = {}): Promise<string | readonly string[]> {
  const outcome = await rule.judge(resource(properties, given), given.config ?? {});
  switch (outcome.kind) {
    case "compliant":
      return "passes";
    case "notApplicable":
      return `not asked: ${outcome.reason}`;
    case "violated":
      return outcome.violations.map(({ property, found, expected }) => `${property}: ${found} | ${expected}`);
  }
}
