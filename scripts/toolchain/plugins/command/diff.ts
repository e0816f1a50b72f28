import type { DiffKind, DiffRequest, DiffResponse, Json, JsonObject } from "../shared/rpc.ts";
import { isArray, isObject, isSecret } from "../shared/values.ts";
import type { ChangeKind } from "../shared/values.ts";
import type { Struct } from "./schema.ts";
import { isAsset, normalizeObject, same } from "./wire.ts";

type Path = readonly (string | number)[];
interface Change {
  readonly path: Path;
  readonly kind: ChangeKind;
}

/** Compares the inputs of before with the new ones; outputs don't count. */
export function diff(request: DiffRequest, struct: Struct): DiffResponse {
  const olds = normalizeObject(request.oldInputs);
  const news = withIgnored(normalizeObject(request.news), normalizeObject(request.olds), request.ignoreChanges);
  const changes = changesIn(olds, withoutInternal(news), []);
  if (changes.length === 0) return { changes: "DIFF_NONE", hasDetailedDiff: true };
  const replaces = heads(changes.filter((change) => isReplacing(change, struct)));
  return {
    changes: "DIFF_SOME",
    diffs: heads(changes),
    ...(replaces.length > 0 && { replaces }),
    detailedDiff: Object.fromEntries(
      changes.map((change) => [formatPath(change.path), { kind: kindOf(change, struct) }]),
    ),
    hasDetailedDiff: true,
  };
}

/** The inputs with the old state's values where the program asks to ignore changes. */
export function withIgnored(news: JsonObject, olds: JsonObject, ignored: readonly string[]): JsonObject {
  const kept = ignored.filter((name) => name in olds).map((name) => [name, olds[name]!] as const);
  return { ...news, ...Object.fromEntries(kept) };
}

function withoutInternal(inputs: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(inputs).filter(([key]) => key !== "version" && !key.startsWith("__")));
}

/**
 * A change inside `triggers` is an update here: the official plugin looks the whole path up among its properties and
 * doesn't find it. The replacement comes from the engine, which the SDKs tell to replace on `triggers[*]`.
 */
function isReplacing(change: Change, struct: Struct): boolean {
  return change.path.length === 1 && struct.fields[String(change.path[0])]?.replaces === true;
}

function kindOf(change: Change, struct: Struct): DiffKind {
  return isReplacing(change, struct) ? `${change.kind}_REPLACE` : change.kind;
}

function heads(changes: readonly Change[]): string[] {
  return [...new Set(changes.map(({ path }) => String(path[0])))].sort();
}

/** A secret is compared as a whole, marked or not; lists index by index. */
function changesOf(old: Json | undefined, now: Json | undefined, path: Path): Change[] {
  if ((old ?? null) === null || (now ?? null) === null) {
    if ((old ?? null) === (now ?? null)) return [];
    return [{ path, kind: (old ?? null) === null ? "ADD" : "DELETE" }];
  }
  if (isArray(old) && isArray(now)) {
    const length = Math.max(old.length, now.length);
    return Array.from({ length }).flatMap((_, index) => changesOf(old[index], now[index], [...path, index]));
  }
  if (isPlain(old) && isPlain(now)) return changesIn(old, now, path);
  return same(old, now) ? [] : [{ path, kind: "UPDATE" }];
}

function changesIn(old: JsonObject, now: JsonObject, path: Path): Change[] {
  const keys = new Set([...Object.keys(now), ...Object.keys(old)]);
  return [...keys].flatMap((key) => changesOf(old[key], now[key], [...path, key]));
}

function isPlain(value: Json | undefined): value is JsonObject {
  return isObject(value) && !isSecret(value) && !isAsset(value);
}

/** `environment.X`, `triggers[0]`, `environment["X-Y"]`. */
function formatPath(path: Path): string {
  return path.map(formatStep).join("");
}

function formatStep(step: string | number, depth: number): string {
  if (typeof step === "number") return `[${step}]`;
  if (!/^\w*$/.test(step)) return `["${step.replaceAll('"', '\\"')}"]`;
  return depth === 0 ? step : `.${step}`;
}
