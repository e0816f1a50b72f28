import { parse } from "yaml";
import { type Contract, contractSchema } from "../../model/contract.ts";
import type { Issue } from "../../model/errors.ts";

export type ReadContract =
  | { readonly kind: "read"; readonly contract: Contract }
  | { readonly kind: "wrong"; readonly issues: readonly Issue[] };

/** A contract from its file's text, or all that is wrong with it, by its keys. */
export function readContract(text: string): ReadContract {
  const document = parsed(text);
  if ("problem" in document) return { kind: "wrong", issues: [{ key: "", message: document.problem }] };
  const checked = contractSchema.safeParse(document.value ?? {});
  if (checked.success) return { kind: "read", contract: checked.data };
  return {
    kind: "wrong",
    issues: checked.error.issues.map(({ path, message }) => ({ key: path.map(String).join("."), message })),
  };
}

function parsed(text: string): { readonly value: unknown } | { readonly problem: string } {
  try {
    return { value: parse(text) as unknown };
  } catch (error) {
    return {
      problem: `expected YAML: ${error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error)}`,
    };
  }
}
