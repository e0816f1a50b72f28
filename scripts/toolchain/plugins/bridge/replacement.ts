import type { Json, JsonObject } from "../shared/rpc.ts";
import { equal, isArray, isObject, isUnknown } from "../shared/values.ts";
import type { BlocksField, Field, Fields } from "./field.ts";
import { isZero } from "./field.ts";
import { elementKey } from "./sets.ts";

/**
 * Whether the provider replaces the resource to bring about a plan. A list of blocks that must not change in number
 * may still change inside: the source of a mount is updated in place by the official provider.
 */
export function requiresReplacement(fields: Fields, prior: JsonObject, planned: JsonObject): boolean {
  return Object.entries(fields).some(([key, field]) => replaces(field, prior[key] ?? null, planned[key] ?? null));
}

function replaces(field: Field, before: Json, after: Json): boolean {
  if (equal(before, after)) return false;
  if (field.kind !== "blocks") return field.forceNew === true;
  if (isUnknown(after)) return field.forceNew === true;
  const [olds, news] = [elements(field, before), elements(field, after)];
  if (field.forceNew && olds.length !== news.length) return true;
  return field.as === "set" ? setReplaces(field, olds, news) : listReplaces(field, olds, news);
}

function elements(field: BlocksField, value: Json): readonly Json[] {
  if (isArray(value)) return value;
  return field.single && value !== null ? [value] : [];
}

function setReplaces(field: BlocksField, olds: readonly Json[], news: readonly Json[]): boolean {
  const keys = (items: readonly Json[]) => new Set(items.map((item) => elementKey(field, item)));
  const [before, after] = [keys(olds), keys(news)];
  const changed = [
    ...olds.filter((item) => !after.has(elementKey(field, item))),
    ...news.filter((item) => !before.has(elementKey(field, item))),
  ];
  return changed.some((item) => isObject(item) && replacesFilled(field.of, item));
}

/** A set's element comes or goes whole, so each value in it counts as changed. */
function replacesFilled(fields: Fields, item: JsonObject): boolean {
  return Object.entries(fields).some(([key, field]) => {
    const value = item[key] ?? null;
    if (isZero(field, value)) return false;
    if (field.forceNew) return true;
    return (
      field.kind === "blocks" &&
      elements(field, value).some((inner) => isObject(inner) && replacesFilled(field.of, inner))
    );
  });
}

function listReplaces(field: BlocksField, olds: readonly Json[], news: readonly Json[]): boolean {
  const length = Math.max(olds.length, news.length);
  return Array.from({ length }).some((_, index) => {
    const [before, after] = [olds[index], news[index]];
    return requiresReplacement(field.of, isObject(before) ? before : {}, isObject(after) ? after : {});
  });
}
