import type { Json } from "../shared/rpc.ts";
import { isArray, isObject, isUnknown } from "../shared/values.ts";
import type { BlocksField, Field, Fields } from "./field.ts";
import { terraformName, zero } from "./field.ts";

/** Terraform's sets: how equal elements are told, and the order in which the state lists them. */

/** The elements without doubles in the order of the state: strings and numbers by value, blocks by their fields. */
export function sortSet(field: Field, elements: readonly Json[]): Json[] {
  const byKey = new Map(elements.map((element) => [elementKey(field, element), element]));
  const byNumber = field.kind === "set" && field.items === "int";
  const order = byNumber ? (a: string, b: string) => Number(a) - Number(b) : compare;
  return [...byKey.entries()].sort(([a], [b]) => order(a, b)).map(([, element]) => element);
}

/** The same text for elements that the provider takes for the same: an unset part equals its zero value. */
export function elementKey(field: Field, element: Json): string {
  return field.kind === "blocks" ? blockKey(field.of, element) : scalarKey(element);
}

function scalarKey(value: Json): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function compare(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

function blockKey(fields: Fields, element: Json): string {
  if (!isObject(element)) return "?";
  const names = Object.entries(fields).map(([key, field]) => ({ name: terraformName(key, field), key, field }));
  names.sort((a, b) => compare(a.name, b.name));
  return `<${names.map(({ key, field }) => `${valueKey(field, element[key])};`).join("")}>`;
}

function valueKey(field: Field, value: Json | undefined): string {
  const present = value ?? zero(field);
  if (isUnknown(present)) return "?";
  switch (field.kind) {
    case "string":
      return JSON.stringify(present);
    case "int":
      return scalarKey(present);
    case "bool":
      return present === true ? "T" : "F";
    case "map":
      return mapKey(present);
    case "list":
    case "set":
      return collectionKey(present, (item) => JSON.stringify(item), field.kind === "set");
    case "blocks":
      return blocksKey(field, present);
  }
}

function mapKey(value: Json): string {
  if (!isObject(value)) return "?";
  const entries = Object.entries(value).sort(([a], [b]) => compare(a, b));
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${JSON.stringify(item)};`).join("")}}`;
}

function blocksKey(field: BlocksField, value: Json): string {
  const items = field.single ? (value === null ? [] : [value]) : value;
  return collectionKey(items, (item) => blockKey(field.of, item), field.as === "set");
}

function collectionKey(value: Json, itemKey: (item: Json) => string, sorted: boolean): string {
  if (!isArray(value)) return "?";
  const keys = value.map(itemKey);
  return `[${(sorted ? keys.sort(compare) : keys).map((key) => `${key};`).join("")}]`;
}
