import type { Json } from "../shared/rpc.ts";

/**
 * How the official provider treats one property. It is a bridge over a Terraform provider, so the words are Terraform's:
 * they decide defaults, what replaces a resource, and how an unset value shows in the state.
 */
export type Field = ScalarField | ScalarsField | MapField | BlocksField;

export interface Traits {
  /** Its Terraform name where that isn't this one in snake case. */
  readonly tf?: string;
  readonly required?: true;
  /** The provider fills it in when the program leaves it out. */
  readonly computed?: true;
  /** Only ever an output. */
  readonly outputOnly?: true;
  /** A change replaces the resource. */
  readonly forceNew?: true;
  readonly default?: Json;
  /** Generated from the resource's name when the program leaves it out. */
  readonly autoname?: true;
  /** In the official schema, but not here: Check refuses it. */
  readonly refused?: true;
  /** Why a value is wrong. */
  readonly problem?: (value: string) => string | undefined;
  /** An empty new value keeps the old one. */
  readonly emptyKeepsOld?: true;
  /** A list whose order says nothing. */
  readonly anyOrder?: true;
}

export interface ScalarField extends Traits {
  readonly kind: "string" | "int" | "bool";
}

export interface ScalarsField extends Traits {
  readonly kind: "list" | "set";
  /** What it holds; texts where it isn't said. */
  readonly items?: "int";
}

export interface MapField extends Traits {
  readonly kind: "map";
}

export interface BlocksField extends Traits {
  readonly kind: "blocks";
  readonly as: "list" | "set";
  /** At most one: shown as an object or null instead of an array. */
  readonly single?: true;
  readonly of: Fields;
}

export type Fields = Readonly<Record<string, Field>>;

export const string = (traits: Traits = {}): ScalarField => ({ kind: "string", ...traits });
export const int = (traits: Traits = {}): ScalarField => ({ kind: "int", ...traits });
export const bool = (traits: Traits = {}): ScalarField => ({ kind: "bool", ...traits });
export const list = (traits: Traits = {}): ScalarsField => ({ kind: "list", ...traits });
export const set = (traits: Traits = {}): ScalarsField => ({ kind: "set", ...traits });
export const intSet = (traits: Traits = {}): ScalarsField => ({ kind: "set", items: "int", ...traits });
export const map = (traits: Traits = {}): MapField => ({ kind: "map", ...traits });
export const listOf = (of: Fields, traits: Traits & { single?: true } = {}): BlocksField => ({
  kind: "blocks",
  as: "list",
  of,
  ...traits,
});
export const setOf = (of: Fields, traits: Traits & { single?: true } = {}): BlocksField => ({
  kind: "blocks",
  as: "set",
  of,
  ...traits,
});

/** `networkMode` is `network_mode` there. */
export function terraformName(name: string, field: Field): string {
  return field.tf ?? snakeCase(name);
}

export function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** Whether unset shows as an empty collection: Terraform's nested blocks can't be null, its attributes can. */
export function isNestedBlock(field: Field): field is BlocksField {
  return field.kind === "blocks" && !field.computed && !field.outputOnly;
}

/** What Terraform's SDK puts for a value that isn't set inside a set's element. */
export function zero(field: Field): Json {
  switch (field.kind) {
    case "string":
      return "";
    case "int":
      return 0;
    case "bool":
      return false;
    case "map":
      return {};
    case "list":
    case "set":
      return [];
    case "blocks":
      return field.single ? null : [];
  }
}

export function isZero(field: Field, value: Json | undefined): boolean {
  if (value === null || value === undefined) return true;
  if (Array.isArray(value)) return value.length === 0;
  if (typeof value === "object") return field.kind === "map" && Object.keys(value).length === 0;
  return value === "" || value === 0 || value === false;
}
