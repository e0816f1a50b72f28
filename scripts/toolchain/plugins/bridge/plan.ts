import type { Json, JsonObject } from "../shared/rpc.ts";
import { isArray, isObject, isUnknown, UNKNOWN } from "../shared/values.ts";
import type { BlocksField, Field, Fields } from "./field.ts";
import { isNestedBlock, isZero, zero } from "./field.ts";
import { elementKey, sortSet } from "./sets.ts";

/**
 * The state that an update is to bring: the inputs, what the provider fills in by itself, and what stays as it was.
 * Without a prior state this is a create.
 */
export function planState(fields: Fields, inputs: JsonObject, prior?: JsonObject): JsonObject {
  const exists = prior !== undefined;
  return Object.fromEntries(
    Object.entries(fields).map(([key, field]) => [key, planValue(field, inputs[key], prior?.[key], exists)]),
  );
}

function planValue(field: Field, input: Json | undefined, prior: Json | undefined, exists: boolean): Json {
  if (input !== undefined && isUnknown(input)) return UNKNOWN;
  if (input === undefined || input === null) return planUnset(field, prior, exists);
  if (field.computed && isArray(input) && input.length === 0) return planUnset(field, prior, exists);
  if (field.emptyKeepsOld && input === "" && exists) return prior ?? null;
  if (isSameSet(field, input, prior)) return prior;
  const planned = normalize(field, input, prior, exists);
  return field.anyOrder && isSameInAnyOrder(field, planned, prior) ? prior : planned;
}

function planUnset(field: Field, prior: Json | undefined, exists: boolean): Json {
  if (field.default !== undefined && field.default !== "") return field.default;
  const kept = prior ?? null;
  if (field.computed || field.outputOnly) return exists ? kept : UNKNOWN;
  if (field.emptyKeepsOld && exists) return kept;
  if (exists && isZero(field, prior)) return kept;
  return isNestedBlock(field) || exists ? emptied(field) : null;
}

/** What a removed value becomes: collections empty, the rest null. */
function emptied(field: Field): Json {
  const empty = zero(field);
  return typeof empty === "object" ? empty : null;
}

function fillUnset(field: Field): Json {
  return field.kind === "bool" || field.kind === "int" || field.kind === "map" ? null : zero(field);
}

function isSetField(field: Field): boolean {
  return field.kind === "set" || (field.kind === "blocks" && field.as === "set");
}

/** A set with the same elements isn't touched, whatever its order and however unset parts are written. */
function isSameSet(field: Field, input: Json, prior: Json | undefined): prior is Json {
  if (!isSetField(field) || prior === undefined || prior === null) return false;
  const keys = (value: Json) => new Set((isArray(value) ? value : [value]).map((item) => elementKey(field, item)));
  const [before, after] = [keys(prior), keys(input)];
  return before.size === after.size && [...before].every((key) => after.has(key));
}

/** The official provider takes a reordered list of ports for the same one. */
function isSameInAnyOrder(field: Field, planned: Json, prior: Json | undefined): prior is Json {
  if (!isArray(planned) || !isArray(prior) || planned.length !== prior.length) return false;
  const keys = (items: readonly Json[]) => items.map((item) => elementKey(field, item)).sort();
  const before = keys(prior);
  return keys(planned).every((key, index) => key === before[index]);
}

function normalize(field: Field, input: Json, prior: Json | undefined, exists: boolean): Json {
  if (field.kind === "set") return isArray(input) ? sortSet(field, input) : input;
  if (field.kind !== "blocks") return input;
  if (field.as === "set") return normalizeSet(field, input);
  const element = (item: Json, old: Json | undefined) => listElement(field.of, item, old, exists);
  if (field.single) return element(input, prior);
  return isArray(input) ? input.map((item, index) => element(item, isArray(prior) ? prior[index] : undefined)) : input;
}

function normalizeSet(field: BlocksField, input: Json): Json {
  if (field.single) return filled(field.of, input);
  return isArray(input)
    ? sortSet(
        field,
        input.map((item) => filled(field.of, item)),
      )
    : input;
}

function listElement(fields: Fields, item: Json, prior: Json | undefined, exists: boolean): Json {
  if (!isObject(item)) return item;
  return planState(fields, item, exists ? (isObject(prior) ? prior : {}) : undefined);
}

/** Inside a set, unset strings and collections are planned as empty, the rest as null. */
export function filled(fields: Fields, item: Json): Json {
  if (!isObject(item)) return item;
  return Object.fromEntries(Object.entries(fields).map(([key, field]) => [key, fill(field, item[key])]));
}

function fill(field: Field, value: Json | undefined): Json {
  if (value === undefined || value === null) return field.default ?? fillUnset(field);
  if (isUnknown(value)) return UNKNOWN;
  if (field.kind === "set") return isArray(value) ? sortSet(field, value) : value;
  if (field.kind !== "blocks") return value;
  if (field.single) return filled(field.of, value);
  const items = isArray(value) ? value.map((item) => filled(field.of, item)) : [];
  return field.as === "set" ? sortSet(field, items) : items;
}
