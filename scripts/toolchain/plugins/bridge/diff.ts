import type { DiffKind, DiffRequest, DiffResponse, PropertyDiff } from "../shared/rpc.ts";
import { formatPath, isArray } from "../shared/values.ts";
import type { Fields } from "./field.ts";
import type { Found } from "./changes.ts";
import { changesAt } from "./changes.ts";
import { planState } from "./plan.ts";
import { requiresReplacement } from "./replacement.ts";

export interface DiffRules {
  readonly fields: Fields;
  /** The old one must go before the new one comes, whatever its name. */
  readonly deleteBeforeReplace: boolean;
}

/** The diff between a state and new inputs, in the paths and kinds of the official provider. */
export function diffState(rules: DiffRules, request: DiffRequest): DiffResponse {
  const { fields } = rules;
  const planned = planState(fields, request.news, request.olds);
  const found = Object.entries(fields).flatMap(([key, field]) =>
    changesAt([key], field, request.olds[key], planned[key], request.news[key]),
  );
  const detailed = decideReplace(found, requiresReplacement(fields, request.olds, planned));
  const replaces = Object.keys(detailed)
    .filter((path) => detailed[path]?.kind.endsWith("_REPLACE"))
    .map(topLevel);
  return {
    stables: Object.keys(fields)
      .filter((key) => fields[key]?.forceNew && !replaces.includes(key))
      .sort(),
    changes: found.length > 0 ? "DIFF_SOME" : "DIFF_NONE",
    hasDetailedDiff: true,
    ...(found.length > 0 && {
      diffs: [...new Set(Object.keys(detailed).map(topLevel))].sort(),
      detailedDiff: detailed,
    }),
    ...(replaces.length > 0 && { replaces: replaces.sort() }),
    ...(replaces.length > 0 && isNameKept(rules, request) && { deleteBeforeReplace: true }),
  };
}

function topLevel(path: string): string {
  return path.split(/[.[]/, 1)[0] ?? path;
}

/** Whether the resource is replaced is decided as a whole; the paths then follow that decision. */
function decideReplace(found: readonly Found[], replace: boolean): Record<string, PropertyDiff> {
  const detailed = Object.fromEntries(
    found.map(({ path, kind, replace: here }) => [formatPath(path), { kind: withReplace(kind, here && replace) }]),
  );
  if (!replace || found.some((change) => change.replace)) return detailed;
  return { ...detailed, __meta: { kind: "UPDATE_REPLACE" } };
}

function withReplace(kind: Found["kind"], replace: boolean): DiffKind {
  return replace ? `${kind}_REPLACE` : kind;
}

/** Two resources can't have one name: with a name that the program gave, the old one goes first. */
function isNameKept({ fields, deleteBeforeReplace }: DiffRules, { olds, news }: DiffRequest): boolean {
  if (deleteBeforeReplace) return true;
  const defaults = news["__defaults"];
  if (!fields["name"]?.autoname || !isArray(defaults) || !("name" in news)) return false;
  return !defaults.includes("name") && olds["name"] === news["name"];
}
