import type { Json, JsonObject } from "../shared/rpc.ts";
import { hasUnknown, isArray, isObject } from "../shared/values.ts";
import type { BlocksField, Field, Fields } from "./field.ts";
import { snakeCase, terraformName } from "./field.ts";

/** What the bridge keeps beside a resource's values: its own notes for reading the state back. */

const TIMEOUTS_KEY = "e2bfb730-ecaa-11e6-8f88-34363bc7c4c0";
const DEFAULT_TIMEOUT_SECONDS = 20 * 60;

export interface MetaRules {
  readonly schemaVersion?: number;
  /** Whether the resource has timeouts at all. */
  readonly timeouts: boolean;
}

/** Seconds that the program asked for; 0 or absent is the provider's 20 minutes. */
export interface Timeouts {
  readonly create?: number;
  readonly update?: number;
}

/** The note of a plan, which a preview shows. */
export function plannedMeta(rules: MetaRules, timeouts: Timeouts): JsonObject {
  return rules.timeouts
    ? { __meta: JSON.stringify({ _new_extra_shim: {}, [TIMEOUTS_KEY]: nanoseconds(timeouts) }) }
    : {};
}

/** The note of a state that was carried out. */
export function appliedMeta(rules: MetaRules, timeouts: Timeouts): JsonObject {
  const meta = {
    ...(rules.timeouts && { [TIMEOUTS_KEY]: nanoseconds(timeouts) }),
    ...(rules.schemaVersion !== undefined && { schema_version: String(rules.schemaVersion) }),
  };
  return Object.keys(meta).length === 0 ? {} : { __meta: JSON.stringify(meta) };
}

/** The note of a state that was only read: as it was, or for an import just the version. */
export function readMeta(rules: MetaRules, prior: JsonObject): JsonObject {
  if (typeof prior["__meta"] === "string") return { __meta: prior["__meta"] };
  return appliedMeta({ ...rules, timeouts: false }, {});
}

function nanoseconds(timeouts: Timeouts): JsonObject {
  const of = (seconds: number | undefined) => (seconds || DEFAULT_TIMEOUT_SECONDS) * 1e9;
  return { create: of(timeouts.create), delete: of(undefined), update: of(timeouts.update) };
}

/** A state with its id and, once every value is known, the note that leads back to Terraform's own form. */
export function outputsOf(fields: Fields, id: string, state: JsonObject, meta: JsonObject): JsonObject {
  const outputs = { ...state, id, ...meta };
  return hasUnknown(outputs) ? outputs : { ...outputs, __pulumi_raw_state_delta: objectDelta(fields, state) };
}

/** The values alone. */
export function stateOf(fields: Fields, outputs: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.keys(fields).flatMap((key) => (key in outputs ? [[key, outputs[key] ?? null]] : [])),
  );
}

function objectDelta(fields: Fields, value: JsonObject): JsonObject {
  const deltas = Object.entries(fields).flatMap(([key, field]) => {
    const delta = fieldDelta(field, value[key] ?? null);
    return delta ? [[key, delta] as const] : [];
  });
  const renamed = Object.entries(fields).flatMap(([key, field]) => {
    const name = terraformName(key, field);
    return name === snakeCase(key) ? [] : [[key, name] as const];
  });
  return {
    obj: {
      ...(deltas.length > 0 && { ps: Object.fromEntries(deltas) }),
      ...(renamed.length > 0 && { renamed: Object.fromEntries(renamed) }),
    },
  };
}

function fieldDelta(field: Field, value: Json): JsonObject | undefined {
  if (field.kind === "blocks") return blocksDelta(field, value);
  if (value === null) return undefined;
  switch (field.kind) {
    case "string":
    case "int":
    case "bool":
      return undefined;
    case "list":
    case "set":
      return { arr: {} };
    case "map":
      return { map: {} };
  }
}

/**
 * A single block that is null stands for an empty list. For a container's health check that is what keeps the official
 * provider from planning one that is "not yet known" at each preview.
 */
function blocksDelta(field: BlocksField, value: Json): JsonObject | undefined {
  if (field.single) return { plu: { i: isObject(value) ? objectDelta(field.of, value) : {} } };
  if (!isArray(value)) return undefined;
  const elements = value.map(
    (item, index) => [String(index), isObject(item) ? objectDelta(field.of, item) : {}] as const,
  );
  return { arr: elements.length > 0 ? { el: Object.fromEntries(elements) } : {} };
}
