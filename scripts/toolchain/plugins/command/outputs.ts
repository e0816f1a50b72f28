import type { Json, JsonObject } from "../shared/rpc.ts";
import { isSecret, isUnknown, secret, UNKNOWN } from "../shared/values.ts";
import type { Struct } from "./schema.ts";
import { expandAssetsIn, hasAsset, same } from "./wire.ts";

/** What a resource has after an operation: its inputs and what came out of it. */
export function outputsOf(inputs: JsonObject, results: JsonObject): JsonObject {
  return { ...expandAssetsIn(inputs), ...expandAssetsIn(results) };
}

/** In the preview of a creation everything that doesn't mirror an input is unknown. */
export function previewCreate(inputs: JsonObject, results: JsonObject): JsonObject {
  return mark(outputsOf(inputs, results), inputs, true);
}

/** In the preview of an update, where no input that the state holds has another value, the results stay known. */
export function previewUpdate(inputs: JsonObject, state: JsonObject, results: JsonObject, struct: Struct): JsonObject {
  const changed = Object.keys(struct.fields).some(
    (name) => isUnknownOrSecretly(inputs[name]) || (name in state && !same(inputs[name], state[name])),
  );
  return mark(outputsOf(inputs, results), inputs, changed);
}

function mark(outputs: JsonObject, inputs: JsonObject, changed: boolean): JsonObject {
  return Object.fromEntries(
    Object.entries(outputs).map(([name, value]) => [name, changed && !mirrors(inputs[name]) ? unknown(value) : value]),
  );
}

/** An output with an input's name has its value; only an asset comes back in another form. */
function mirrors(input: Json | undefined): boolean {
  return input !== undefined && !hasAsset(input);
}

function unknown(value: Json): Json {
  return isSecret(value) ? secret(UNKNOWN) : UNKNOWN;
}

function isUnknownOrSecretly(value: Json | undefined): boolean {
  return isUnknown(value) || (isSecret(value) && isUnknown(value["value"]));
}
