import type { Json, JsonObject } from "../shared/rpc.ts";
import { isArray, isObject } from "../shared/values.ts";

/** Reads of a resource's values, with the zero value for what isn't set. */

export function text(state: JsonObject, key: string): string {
  const value = state[key];
  return typeof value === "string" ? value : "";
}

export function whole(state: JsonObject, key: string): number {
  const value = state[key];
  return typeof value === "number" ? value : 0;
}

export function flag(state: JsonObject, key: string): boolean {
  return state[key] === true;
}

export function texts(state: JsonObject, key: string): string[] {
  const value = state[key];
  return isArray(value) ? value.filter((item) => typeof item === "string") : [];
}

export function textMap(state: JsonObject, key: string): Record<string, string> {
  const value = state[key];
  if (!isObject(value)) return {};
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, typeof item === "string" ? item : ""]));
}

/** The blocks under a key; one where it holds a single one. */
export function blocks(state: JsonObject, key: string): JsonObject[] {
  const value: Json = state[key] ?? null;
  if (isArray(value)) return value.filter(isObject);
  return isObject(value) ? [value] : [];
}

export function labelMap(state: JsonObject, key = "labels"): Record<string, string> {
  return Object.fromEntries(blocks(state, key).map((label) => [text(label, "label"), text(label, "value")]));
}

export function labelBlocks(labels: Readonly<Record<string, string>> | null | undefined): JsonObject[] {
  return Object.entries(labels ?? {}).map(([label, value]) => ({ label, value }));
}

/** Only what says something: Docker's own defaults hold for the rest. */
export function given<T extends object>(values: T): Partial<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => !isNothing(value))) as Partial<T>;
}

function isNothing(value: unknown): boolean {
  if (value === undefined || value === null || value === "" || value === 0 || value === false) return true;
  return typeof value === "object" && Object.keys(value).length === 0;
}
