import type { Json, JsonObject } from "../shared/rpc.ts";
import { isArray, isObject, isSecret, isUnknown, secret, UNKNOWN } from "../shared/values.ts";

/** Property values in one form: no nulls in maps, one mark for unknowns, assets without their empty parts. */

const SIGNATURE = "4dabf18193072939515e22adb298388d";
const OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4";
const ASSET = "c44067f5952c0a294b673a41bacd8c17";
const ARCHIVE = "0def7320c3a5731c473e5ecbe6d01bc7";

export interface Asset {
  readonly kind: "asset" | "archive";
  /** SHA-256 of the contents, in hexadecimal, as the engine counts it. */
  readonly hash: string;
  readonly text: string;
  readonly path: string;
  readonly uri: string;
}

export function isAsset(value: Json | undefined): value is JsonObject {
  return isObject(value) && (value[SIGNATURE] === ASSET || value[SIGNATURE] === ARCHIVE);
}

export function readAsset(value: JsonObject): Asset {
  const part = (name: string) => (typeof value[name] === "string" ? value[name] : "");
  const kind = value[SIGNATURE] === ASSET ? "asset" : "archive";
  return { kind, hash: part("hash"), text: part("text"), path: part("path"), uri: part("uri") };
}

export function hasAsset(value: Json | undefined): boolean {
  if (isAsset(value)) return true;
  if (isArray(value)) return value.some(hasAsset);
  return isObject(value) && Object.values(value).some(hasAsset);
}

export function normalizeObject(value: JsonObject): JsonObject {
  const entries = Object.entries(value).map(([key, inner]) => [key, normalize(inner)] as const);
  return Object.fromEntries(entries.filter(([, inner]) => inner !== null));
}

function normalize(value: Json): Json {
  if (isArray(value)) return value.map(normalize);
  if (value === null || isUnknown(value)) return value === null ? null : markUnknown(value);
  if (!isObject(value)) return value;
  if (isSecret(value)) return secret(normalize(value["value"] ?? null));
  if (value[SIGNATURE] === OUTPUT) return normalize(value["value"] ?? null);
  return isAsset(value) ? compactAsset(value) : normalizeObject(value);
}

function markUnknown(value: Json): Json {
  return isObject(value) && value["secret"] === true ? secret(UNKNOWN) : UNKNOWN;
}

function compactAsset(value: JsonObject): JsonObject {
  const filled = Object.entries(value).filter(([, part]) => part !== "" && part !== null);
  return { ...Object.fromEntries(filled), ...(value[SIGNATURE] === ARCHIVE && { assets: value["assets"] ?? {} }) };
}

/** Assets with all their parts, as the official plugin writes them where it has decoded and encoded a value. */
export function expandAssets(value: Json): Json {
  if (isArray(value)) return value.map(expandAssets);
  if (!isObject(value)) return value;
  if (!isAsset(value)) return expandAssetsIn(value);
  const { kind, ...parts } = readAsset(value);
  const { text, ...common } = parts;
  return { [SIGNATURE]: value[SIGNATURE]!, ...common, ...(kind === "asset" ? { text } : { assets: value["assets"]! }) };
}

export function expandAssetsIn(value: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, expandAssets(inner)]));
}

/** Whether two values are the same, secrets as well; assets by their contents. */
export function same(a: Json | undefined, b: Json | undefined): boolean {
  if (a === b) return true;
  if (isArray(a) && isArray(b)) return a.length === b.length && a.every((item, index) => same(item, b[index]));
  if (!isObject(a) || !isObject(b)) return false;
  if (isAsset(a) || isAsset(b)) return isAsset(a) && isAsset(b) && sameAsset(a, b);
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => key in b && same(a[key], b[key]));
}

function sameAsset(a: JsonObject, b: JsonObject): boolean {
  return a[SIGNATURE] === b[SIGNATURE] && readAsset(a).hash === readAsset(b).hash;
}
