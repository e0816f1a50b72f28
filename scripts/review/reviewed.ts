import type { Changes } from "../../infra/adapters/pulumi.ts";
import { isUnchanged } from "../../infra/adapters/pulumi.ts";

/** What a preview of one stack with the policy pack came to. */
export type Reviewed =
  | {
      readonly kind: "previewed";
      readonly stack: string;
      readonly changes: Changes;
      /** What the policy refuses, each with its rule and resource. */
      readonly violations: readonly string[];
    }
  /** The policy refuses it; what it would change nobody knows. */
  | {
      readonly kind: "refused";
      readonly stack: string;
      readonly violations: readonly string[];
      readonly reason: string;
    }
  /** Nobody knows. */
  | { readonly kind: "failed"; readonly stack: string; readonly reason: string };

/** What somebody who merges has to know first. */
export type Conclusion = "refused" | "unknown" | "changed" | "unchanged";

export function conclusionOf(all: readonly Reviewed[]): Conclusion {
  if (all.some((one) => violationsOf(one).length > 0)) return "refused";
  if (all.some(({ kind }) => kind !== "previewed")) return "unknown";
  return all.some((one) => one.kind === "previewed" && !isUnchanged(one.changes.summary)) ? "changed" : "unchanged";
}

export function violationsOf(one: Reviewed): readonly string[] {
  return one.kind === "failed" ? [] : one.violations;
}
