import type { Json, JsonObject } from "../shared/rpc.ts";
import { isArray, isObject, isUnknown } from "../shared/values.ts";
import type { BlocksField, Field, Fields } from "./field.ts";
import { isZero, zero } from "./field.ts";
import { sortSet } from "./sets.ts";

/** How Terraform's SDK turns a plan and what was read into the state that is kept. */

/** A plan that was carried out, before anything was read: what nobody filled in is empty. */
export function resolvePlan(fields: Fields, planned: JsonObject): JsonObject {
  return mapFields(fields, (key, field) => resolve(field, planned[key] ?? null));
}

function resolve(field: Field, value: Json): Json {
  if (isUnknown(value))
    return field.kind === "set" || (field.kind === "blocks" && field.as === "set") ? zero(field) : null;
  if (field.kind !== "blocks") return value;
  const element = (item: Json) => (isObject(item) ? resolveElement(field, item) : item);
  return isArray(value) ? value.map(element) : element(value);
}

/** Within a list's element even an unknown scalar ends as its zero value. */
function resolveElement(field: BlocksField, item: JsonObject): JsonObject {
  return mapFields(field.of, (key, inner) => {
    const value = item[key] ?? null;
    return isUnknown(value) ? zero(inner) : resolve(inner, value);
  });
}

/** The state after a create or update that read the resource back: sets stay as planned, the rest is what was seen. */
export function settleApplied(fields: Fields, planned: JsonObject, seen: JsonObject): JsonObject {
  const resolved = resolvePlan(fields, planned);
  return mapFields(fields, (key, field) =>
    settleValue(field, planned[key] ?? null, orderSets(field, seen[key] ?? resolved[key] ?? null)),
  );
}

function settleValue(field: Field, planned: Json, value: Json): Json {
  if (isUnknown(planned)) return value;
  const collection = field.kind !== "string" && field.kind !== "int" && field.kind !== "bool";
  if (collection && !isObject(planned) && isZero(field, planned) && isZero(field, value)) return planned;
  if (planned === null) return value;
  if (field.kind === "set" || (field.kind === "blocks" && field.as === "set")) return planned;
  return field.kind === "string" && planned === "" && value === null ? planned : value;
}

/** The state after an update that read nothing back: what was removed is zero. */
export function settleUpdated(fields: Fields, planned: JsonObject, prior: JsonObject): JsonObject {
  const resolved = resolvePlan(fields, planned);
  return mapFields(fields, (key, field) => {
    const value = resolved[key] ?? null;
    return value === null && (prior[key] ?? null) !== null ? zero(field) : value;
  });
}

/** The state after a refresh: what was seen, and inside sets nothing is null any more. */
export function settleRead(fields: Fields, prior: JsonObject, seen: JsonObject): JsonObject {
  return mapFields(fields, (key, field) => orderSets(field, seen[key] ?? prior[key] ?? null));
}

function orderSets(field: Field, value: Json): Json {
  if (field.kind === "set") return isArray(value) ? sortSet(field, value) : value;
  if (field.kind !== "blocks" || field.as === "list") return value;
  if (!isArray(value)) return zeroed(field.of, value);
  return sortSet(
    field,
    value.map((item) => zeroed(field.of, item)),
  );
}

function zeroed(fields: Fields, item: Json): Json {
  if (!isObject(item)) return item;
  return mapFields(fields, (key, field) => {
    const value = item[key] ?? zero(field);
    if (field.kind !== "blocks" || field.as === "set") return orderSets(field, value);
    return isArray(value) ? value.map((inner) => zeroed(field.of, inner)) : zeroed(field.of, value);
  });
}

function mapFields(fields: Fields, value: (key: string, field: Field) => Json): JsonObject {
  return Object.fromEntries(Object.entries(fields).map(([key, field]) => [key, value(key, field)]));
}
