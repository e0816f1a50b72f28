import type { CheckResponse, Json, JsonObject } from "../shared/rpc.ts";
import { isObject, isSecret, isUnknown, reveal, secret } from "../shared/values.ts";
import { misfits } from "./decode.ts";
import type { Field, Struct } from "./schema.ts";
import { copyToRemote } from "./schema.ts";
import { expandAssetsIn, isAsset, normalizeObject, readAsset } from "./wire.ts";

/** SHA-256 of nothing: how an empty text is told from a text that isn't there. */
const EMPTY_HASH = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/** The inputs with their defaults filled in and their secrets marked; or every reason why they don't fit. */
export function check(news: JsonObject, struct: Struct): CheckResponse {
  const inputs = normalizeObject(news);
  const failures = misfits(inputs, struct);
  if (failures.length > 0) return { inputs: markSecrets(inputs, struct), failures };
  const filled = markSecrets(expandAssetsIn(fillDefaults(inputs, struct)), struct);
  const wrongSource = struct === copyToRemote ? sourceFailure(inputs["source"] ?? null) : undefined;
  return { inputs: filled, failures: wrongSource ? [wrongSource] : [] };
}

function fillDefaults(inputs: JsonObject, struct: Struct): JsonObject {
  const filled: Record<string, Json> = { ...inputs };
  for (const [name, field] of Object.entries(struct.fields)) {
    const value = filled[name];
    if (value === undefined && field.default !== undefined) filled[name] = field.default;
    else if (value !== undefined) filled[name] = fillValue(value, field);
  }
  return filled;
}

function fillValue(value: Json, field: Field): Json {
  if (isSecret(value)) return secret(fillValue(value["value"] ?? null, field));
  if (field.type.kind === "integer" && typeof value === "number") return Math.trunc(value);
  return field.type.kind === "struct" && isObject(value) ? fillDefaults(value, field.type.struct) : value;
}

function markSecrets(inputs: JsonObject, struct: Struct): JsonObject {
  return Object.fromEntries(
    Object.entries(inputs).map(([name, value]) => {
      const field = struct.fields[name];
      return [name, field ? markSecret(value, field) : value];
    }),
  );
}

function markSecret(value: Json, field: Field): Json {
  if (isSecret(value)) return secret(markSecret(value["value"] ?? null, { ...field, type: field.type }));
  const marked = field.type.kind === "struct" && isObject(value) ? markSecrets(value, field.type.struct) : value;
  return field.secret ? secret(marked) : marked;
}

/** The official plugin 1.2.1 refuses a source that only an update will bring, so this one does as well. */
function sourceFailure(value: Json): { property: string; reason: string } | undefined {
  const source = reveal(value);
  if (isUnknown(source) || !isAsset(source)) {
    return { property: "asset", reason: "either asset or archive must be set" };
  }
  const { kind, path, uri, text, hash } = readAsset(source);
  if (kind === "archive") {
    return path ? undefined : { property: "archive", reason: "archive must be a path to a file or directory" };
  }
  if (path || (!uri && (text || hash === "" || hash === EMPTY_HASH))) return undefined;
  return { property: "asset", reason: "asset must be a path-based file asset or a text asset" };
}
