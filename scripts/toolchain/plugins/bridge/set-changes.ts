import type { Json } from "../shared/rpc.ts";
import { isArray, isUnknown } from "../shared/values.ts";
import type { BlocksField, ScalarsField } from "./field.ts";
import { elementKey } from "./sets.ts";

export interface ElementChange {
  readonly index: number;
  readonly before?: Json;
  readonly after?: Json;
}

/**
 * Changes of a set, which has no order of its own: a new element is shown at its index in the program's inputs, a
 * removed one at its index in the state, and both at one index as changes within one element. `unplaced` where the
 * inputs don't tell where a new element stands.
 */
export function compareSets(
  field: ScalarsField | BlocksField,
  before: Json,
  after: Json,
  input: Json | undefined,
): readonly ElementChange[] | "unplaced" {
  if (!isArray(before) || !isArray(after)) return [];
  const keysBefore = new Set(before.map((item) => elementKey(field, item)));
  const keysAfter = new Set(after.map((item) => elementKey(field, item)));
  const removed = new Map([...before.entries()].filter(([, item]) => !keysAfter.has(elementKey(field, item))));
  const added = after.filter((item) => !keysBefore.has(elementKey(field, item)));
  const placed = place(field, added, input, after.length);
  if (!placed) return "unplaced";
  const indexes = [...new Set([...removed.keys(), ...placed.keys()])].sort((a, b) => a - b);
  return indexes.map((index) => ({
    index,
    ...pick("before", removed.get(index)),
    ...pick("after", placed.get(index)),
  }));
}

function pick<Key extends "before" | "after">(key: Key, value: Json | undefined) {
  return value === undefined ? {} : { [key]: value };
}

/** Where the program wrote each new element; undefined where that can't be told. */
function place(
  field: ScalarsField | BlocksField,
  added: readonly Json[],
  input: Json | undefined,
  length: number,
): Map<number, Json> | undefined {
  if (added.length === 0) return new Map();
  const inputs = isArray(input) ? input : [];
  if (inputs.length < length) return undefined;
  const placed = new Map<number, Json>();
  for (const element of added) {
    const index = inputs.findIndex((item, at) => !placed.has(at) && isFrom(field, item, element));
    if (index < 0) return undefined;
    placed.set(index, element);
  }
  return placed;
}

function isFrom(field: ScalarsField | BlocksField, input: Json, element: Json): boolean {
  return (isUnknown(input) && isUnknown(element)) || elementKey(field, input) === elementKey(field, element);
}
