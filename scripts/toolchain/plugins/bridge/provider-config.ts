import type { Json, JsonObject } from "../shared/rpc.ts";
import { isUnknown, reveal, revealObject } from "../shared/values.ts";
import type { Fields } from "./field.ts";

const OWN = new Set(["version", "pluginDownloadURL"]);

/** The settings of a provider resource as they are meant. They travel flat: whatever isn't a string is JSON in a string. */
export function decodeProviderConfig(fields: Fields, config: JsonObject): JsonObject {
  const entries = Object.entries(revealObject(config)).filter(([key]) => !OWN.has(key));
  return Object.fromEntries(entries.map(([key, value]) => [key, decode(fields, key, value)]));
}

function decode(fields: Fields, key: string, value: Json): Json {
  const field = fields[key];
  if (!field || field.kind === "string" || typeof value !== "string" || isUnknown(value)) return value;
  try {
    return reveal(JSON.parse(value) as Json);
  } catch {
    return value;
  }
}
