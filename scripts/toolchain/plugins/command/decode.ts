import type { CheckFailure, Json, JsonObject } from "../shared/rpc.ts";
import { isArray, isObject, isSecret, isUnknown } from "../shared/values.ts";
import type { Field, Struct, Type } from "./schema.ts";
import { isAsset, readAsset } from "./wire.ts";

/** Everything about the inputs that doesn't fit the resource, in the official plugin's words. */
export function misfits(inputs: JsonObject, struct: Struct): CheckFailure[] {
  const known = Object.entries(struct.fields).flatMap(([name, field]) => ofField(inputs[name], field, name, struct));
  const unknown = Object.keys(inputs)
    .filter((name) => !(name in struct.fields))
    .map((name) => failure(name, `Unrecognized field '${name}' on '${struct.go}'`));
  return [...known, ...unknown];
}

function ofField(value: Json | undefined, field: Field, name: string, struct: Struct): CheckFailure[] {
  if (value === undefined) {
    return field.required ? [failure(name, `Missing required field '${name}' on '${struct.go}'`)] : [];
  }
  if (field.missingHere) return [failure(name, `'${name}' needs the official command plugin, which isn't installed`)];
  return ofValue(value, field.type, name, struct);
}

/** One failure at most, at the first part that doesn't fit. */
function ofValue(value: Json, type: Type, name: string, struct: Struct): CheckFailure[] {
  if (isSecret(value)) return ofValue(inner(value), type, name, struct);
  if (isUnknown(value)) return [];
  switch (type.kind) {
    case "any":
    case "asset":
      return [];
    case "list":
      if (!isArray(value)) return wrongType(value, type, name, struct);
      return value.flatMap((item, index) => ofValue(item, type.of, `${name}[${index}]`, struct)).slice(0, 1);
    case "map":
      if (!isRecord(value)) return wrongType(value, type, name, struct);
      return Object.entries(value)
        .flatMap(([key, item]) => ofValue(item, type.of, `${name}[${key}] value`, struct))
        .slice(0, 1);
    case "struct":
      if (!isRecord(value)) return wrongType(value, type, name, struct);
      return nested(misfits(value, type.struct), name, struct);
    case "string":
      return typeof value === "string" ? [] : wrongType(value, type, name, struct);
    case "boolean":
      return typeof value === "boolean" ? [] : wrongType(value, type, name, struct);
    case "integer":
    case "number":
      return typeof value === "number" ? [] : wrongType(value, type, name, struct);
  }
}

function nested(failures: readonly CheckFailure[], name: string, struct: Struct): CheckFailure[] {
  if (failures.length === 0) return [];
  const lines = failures.map(({ property, reason }) => `\n\t${property}: ${reason}`);
  return [decoding(name, struct, `${failures.length} failures decoding:${lines.join("")}`)];
}

function wrongType(value: Json, type: Type, name: string, struct: Struct): CheckFailure[] {
  const expected = goType(type);
  if (isRecord(value)) {
    const why = `Cannot decode Object{} to type ${expected}; it isn't a struct, and no custom decoder exists`;
    return [decoding(name, struct, why)];
  }
  const reason = `Field '${name}' on '${struct.go}' must be a '${expected}'; got '${goTypeOf(value)}' instead`;
  return [failure(name, reason)];
}

function decoding(name: string, struct: Struct, why: string): CheckFailure {
  const shortName = struct.go.slice(struct.go.indexOf(".") + 1);
  return failure(name, `An error occurred decoding '${shortName}.${name}': ${why}`);
}

function failure(property: string, reason: string): CheckFailure {
  return { property, reason };
}

function goType(type: Type): string {
  switch (type.kind) {
    case "string":
      return type.go;
    case "boolean":
      return "bool";
    case "integer":
      return "int";
    case "number":
      return "float64";
    case "any":
      return "interface {}";
    case "asset":
      return "types.AssetOrArchive";
    case "list":
      return `[]${goType(type.of)}`;
    case "map":
      return `map[string]${goType(type.of)}`;
    case "struct":
      return type.struct.go;
  }
}

function goTypeOf(value: Json): string {
  if (value === null) return "<nil>";
  if (isArray(value)) return "[]interface {}";
  if (isObject(value)) return `${readAsset(value).kind}.${readAsset(value).kind === "asset" ? "Asset" : "Archive"}`;
  return typeof value === "number" ? "float64" : typeof value === "boolean" ? "bool" : "string";
}

function inner(secret: JsonObject): Json {
  return secret["value"] ?? null;
}

function isRecord(value: Json): value is JsonObject {
  return isObject(value) && !isAsset(value);
}
