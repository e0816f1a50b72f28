import type { Json, JsonObject } from "../shared/rpc.ts";
import type { Path } from "../shared/values.ts";
import { isArray, isObject, isUnknown } from "../shared/values.ts";
import type { BlocksField, Field, Fields, ScalarsField } from "./field.ts";
import { compareLists } from "./list-changes.ts";
import { compareSets } from "./set-changes.ts";

/** What one change is; whether it replaces the resource. */
export interface Found {
  readonly path: Path;
  readonly kind: "ADD" | "DELETE" | "UPDATE";
  readonly replace: boolean;
}

/** Changes of one value and everything in it; `input` is the program's value there, which gives set elements their index. */
export function changesAt(
  path: Path,
  field: Field,
  old: Json | undefined,
  planned: Json | undefined,
  input: Json | undefined,
): Found[] {
  const before = old ?? null;
  const after = planned ?? null;
  const whole = (kind: Found["kind"], value: Json): Found[] => [{ path, kind, replace: replacesWhole(field, value) }];
  if (before === null) return after === null ? [] : whole("ADD", after);
  if (after === null) return whole("DELETE", before);
  if (isUnknown(after)) return isUnknown(before) ? [] : whole("UPDATE", before);
  switch (field.kind) {
    case "string":
    case "int":
    case "bool":
      return before === after ? [] : whole("UPDATE", after);
    case "list":
      return compareLists(before, after).map(({ index, kind }) => ({
        path: [...path, index],
        kind,
        replace: field.forceNew === true,
      }));
    case "map":
      return changesMap(path, field.forceNew === true, before, after);
    case "set":
      return changesInSet(path, field, before, after, input);
    case "blocks":
      return changesBlocks(path, field, before, after, input);
  }
}

function replacesWhole(field: Field, value: Json): boolean {
  if (field.forceNew) return true;
  return field.kind === "blocks" && hasReplacing(field, value);
}

/** Whether any value in a block replaces the resource by itself. */
function hasReplacing(field: BlocksField, value: Json): boolean {
  const items = isArray(value) ? value : [value];
  return items.some(
    (item) =>
      isObject(item) &&
      Object.entries(field.of).some(
        ([key, inner]) => (item[key] ?? null) !== null && replacesWhole(inner, item[key] ?? null),
      ),
  );
}

function changesMap(path: Path, replace: boolean, before: Json, after: Json): Found[] {
  if (!isObject(before) || !isObject(after)) return [];
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return keys.flatMap((key): Found[] => {
    const at = [...path, key];
    if (!(key in before)) return [{ path: at, kind: "ADD", replace }];
    if (!(key in after)) return [{ path: at, kind: "DELETE", replace }];
    return before[key] === after[key] ? [] : [{ path: at, kind: "UPDATE", replace }];
  });
}

function changesBlocks(path: Path, field: BlocksField, before: Json, after: Json, input: Json | undefined): Found[] {
  if (field.single) return changesObject(path, field.of, before, after, input);
  if (field.as === "set") return changesInSet(path, field, before, after, input);
  if (!isArray(before) || !isArray(after)) return [];
  const element: BlocksField = { ...field, single: true };
  const length = Math.max(before.length, after.length);
  return Array.from({ length }).flatMap((_, index) =>
    changesAt([...path, index], element, before[index], after[index], isArray(input) ? input[index] : undefined),
  );
}

function changesObject(path: Path, fields: Fields, before: Json, after: Json, input: Json | undefined): Found[] {
  if (!isObject(before) || !isObject(after)) return [];
  const given: JsonObject = isObject(input) ? input : {};
  return Object.entries(fields).flatMap(([key, field]) =>
    changesAt([...path, key], field, before[key], after[key], given[key]),
  );
}

function changesInSet(
  path: Path,
  field: ScalarsField | BlocksField,
  before: Json,
  after: Json,
  input: Json | undefined,
): Found[] {
  const compared = compareSets(field, before, after, input);
  if (compared === "unplaced") return [{ path, kind: "UPDATE", replace: field.forceNew === true }];
  return compared.flatMap((element) => changesElement([...path, element.index], field, element.before, element.after));
}

function changesElement(
  path: Path,
  field: ScalarsField | BlocksField,
  before: Json | undefined,
  after: Json | undefined,
): Found[] {
  const replace = field.forceNew === true;
  const element = field.kind === "blocks" ? { ...field, single: true as const } : { kind: "string" as const };
  const found = changesAt(path, element, before, after, undefined);
  return found.map((change) =>
    change.path.length === path.length ? { ...change, replace: replace || change.replace } : change,
  );
}
