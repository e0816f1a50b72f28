import type { Json, JsonObject } from "../shared/rpc.ts";
import { equal, isArray, isObject } from "../shared/values.ts";
import type { Field, Fields } from "./field.ts";
import { isZero } from "./field.ts";
import { elementKey } from "./sets.ts";

interface Extracted {
  readonly value: Json;
  /** Whether a default is still what was put there. */
  readonly unchanged: boolean;
}

/** The inputs after a refresh: those that there were, with the values that were found. */
export function refreshInputs(fields: Fields, inputs: JsonObject, state: JsonObject): JsonObject {
  return extractObject(fields, inputs, state).value as JsonObject;
}

function extractObject(fields: Fields, inputs: JsonObject, state: JsonObject): Extracted {
  const { __defaults: defaults, ...values } = inputs;
  const changed = new Set<Json>();
  const result: Record<string, Json> = {};
  for (const [key, input] of Object.entries(values)) {
    const extracted = key in state ? extract(fields[key], input, state[key] ?? null) : undefined;
    if (!extracted?.unchanged) changed.add(key);
    if (extracted) result[key] = extracted.value;
  }
  if (isArray(defaults)) result["__defaults"] = defaults.filter((key) => !changed.has(key));
  return { value: result, unchanged: changed.size === 0 || !isArray(defaults) };
}

function extract(field: Field | undefined, input: Json, found: Json): Extracted {
  if (isArray(input) && isArray(found)) return extractList(field, input, found);
  if (isObject(input) && isObject(found)) {
    return field?.kind === "blocks" ? extractObject(field.of, input, found) : extractMap(input, found);
  }
  return { value: found, unchanged: equal(input, found) };
}

function extractMap(input: JsonObject, found: JsonObject): Extracted {
  const kept = Object.keys(input).filter((key) => key in found);
  const value = Object.fromEntries(kept.map((key) => [key, found[key] ?? null]));
  return { value, unchanged: equal(input, value) };
}

function extractList(field: Field | undefined, input: readonly Json[], found: readonly Json[]): Extracted {
  const matches = input.map((item, index) => matchOf(field, item, index, found));
  const element: Field | undefined = field?.kind === "blocks" ? { ...field, single: true } : undefined;
  const extracted = input.flatMap((item, index) => {
    const match = matches[index];
    return match === undefined ? [] : [extract(element, item, match)];
  });
  return {
    value: extracted.map(({ value }) => value),
    unchanged: extracted.length === input.length && extracted.every(({ unchanged }) => unchanged),
  };
}

/** A list's element is found at its index, a set's by what it holds. */
function matchOf(field: Field | undefined, item: Json, index: number, found: readonly Json[]): Json | undefined {
  const isSet = field?.kind === "set" || (field?.kind === "blocks" && field.as === "set");
  if (!field || !isSet) return found[index];
  return found.find((candidate) => elementKey(field, candidate) === elementKey(field, item));
}

/** The inputs of an imported resource: every value that isn't its default. */
export function importInputs(fields: Fields, state: JsonObject): JsonObject {
  const entries = Object.entries(fields).flatMap(([key, field]) => {
    const value = importValue(field, state[key] ?? null);
    const skipped = field.outputOnly || (!field.required && isDefault(field, value));
    return skipped ? [] : [[key, value] as const];
  });
  return { ...Object.fromEntries(entries), __defaults: [] };
}

function importValue(field: Field, value: Json): Json {
  if (field.kind !== "blocks") return value;
  const element = (item: Json) => (isObject(item) ? importInputs(field.of, item) : item);
  return isArray(value) ? value.map(element) : element(value);
}

function isDefault(field: Field, value: Json): boolean {
  return field.default === undefined ? isZero(field, value) : value === null || equal(field.default, value);
}
