import type { Json, JsonObject } from "./rpc.ts";

/** Property values as they travel between engine and plugin: plain JSON in which some objects and strings are marked. */

const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";
const OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4";

/** A value that only an update will bring: what the engine sends and expects for it. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** The engine has one mark per type; they all mean the same. */
const UNKNOWNS: ReadonlySet<Json> = new Set([
  UNKNOWN,
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7", // boolean
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421", // number
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2", // array
  "030794c1-ac77-496b-92df-f27374a8bd58", // asset
  "e48ece36-62e2-4504-bad9-02848725956a", // archive
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff", // object
]);

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function isArray(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

export function isUnknown(value: Json | undefined): boolean {
  if (typeof value === "string") return UNKNOWNS.has(value);
  return isObject(value) && value[SIGNATURE] === OUTPUT && value["value"] === undefined;
}

/** Whether a value or anything in it is unknown. */
export function hasUnknown(value: Json | undefined): boolean {
  if (value === undefined) return false;
  if (isUnknown(value)) return true;
  if (isArray(value)) return value.some(hasUnknown);
  return isObject(value) && Object.values(value).some(hasUnknown);
}

export function isSecret(value: Json | undefined): value is JsonObject {
  if (!isObject(value)) return false;
  return value[SIGNATURE] === SECRET || (value[SIGNATURE] === OUTPUT && value["secret"] === true);
}

/** Whether a value or anything in it is secret. */
export function hasSecret(value: Json | undefined): boolean {
  if (isSecret(value)) return true;
  if (isArray(value)) return value.some(hasSecret);
  return isObject(value) && Object.values(value).some(hasSecret);
}

/** Marks a value secret; one that is already stays as it is. */
export function secret(value: Json): JsonObject {
  return isSecret(value) ? value : { [SIGNATURE]: SECRET, value };
}

/** The value with every secret and output mark taken off, at any depth: what effects work with. Assets keep theirs. */
export function reveal(value: Json): Json {
  if (isArray(value)) return value.map(reveal);
  if (!isObject(value)) return value;
  if (value[SIGNATURE] === SECRET) return reveal(value["value"] ?? null);
  if (value[SIGNATURE] === OUTPUT) return value["value"] === undefined ? UNKNOWN : reveal(value["value"]);
  return revealObject(value);
}

export function revealObject(value: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, reveal(inner)]));
}

/** Structural equality. Numbers compare by value, objects whatever their order. */
export function equal(a: Json | undefined, b: Json | undefined): boolean {
  if (a === b) return true;
  if (isArray(a) && isArray(b)) return a.length === b.length && a.every((item, index) => equal(item, b[index]));
  if (!isObject(a) || !isObject(b)) return false;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => key in b && equal(a[key], b[key]));
}

export type ChangeKind = "ADD" | "DELETE" | "UPDATE";

/** From the outside in: property names and list indexes. */
export type Path = readonly (string | number)[];

export interface Change {
  readonly path: Path;
  readonly kind: ChangeKind;
}

/**
 * Every leaf that differs, in the new value's order with removed parts last. A list is compared index by index; a part
 * that only one side has is one change at its root. Secret marks don't count: wrap and unwrap are no change of value.
 */
export function changes(old: Json | undefined, now: Json | undefined, path: Path = []): Change[] {
  const before = old === undefined ? undefined : unmark(old);
  const after = now === undefined ? undefined : unmark(now);
  if (before === undefined) return after === undefined ? [] : [{ path, kind: "ADD" }];
  if (after === undefined) return [{ path, kind: "DELETE" }];
  if (isArray(before) && isArray(after)) {
    const length = Math.max(before.length, after.length);
    return Array.from({ length }).flatMap((_, index) => changes(before[index], after[index], [...path, index]));
  }
  if (isObject(before) && isObject(after)) {
    const keys = new Set([...Object.keys(after), ...Object.keys(before)]);
    return [...keys].flatMap((key) => changes(before[key], after[key], [...path, key]));
  }
  return equal(before, after) ? [] : [{ path, kind: "UPDATE" }];
}

function unmark(value: Json): Json {
  return isSecret(value) ? unmark(value["value"] ?? UNKNOWN) : value;
}

/** A path as detailed diffs write it: `healthcheck.tests[2]`, `labels["a.b"]`. */
export function formatPath(path: Path): string {
  return path.map(formatStep).join("");
}

function formatStep(step: string | number, depth: number): string {
  if (typeof step === "number") return `[${step}]`;
  if (!/^[\p{L}\p{Nd}_]+$/u.test(step)) return `[${JSON.stringify(step)}]`;
  return depth === 0 ? step : `.${step}`;
}
