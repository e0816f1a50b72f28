import type { z } from "zod";
import { environmentSettings } from "../model/settings/environment.ts";
import { closest } from "./closest.ts";
import type { Finding } from "./finding.ts";
import { found, kindOf } from "./found.ts";
import { keysAt } from "./known-keys.ts";
import { dottedKey, valueAt, type Path } from "./path.ts";

type Issue = z.core.$ZodIssue;

/**
 * Turns what a schema (default: the settings') says about `data` into sentences of "expected ..., found ...", one per
 * wrong value.
 */
export function explain(issues: readonly Issue[], data: unknown, schema: z.ZodType = environmentSettings): Finding[] {
  return issues.flatMap((issue) => explainIssue(issue, [], data, schema));
}

function explainIssue(issue: Issue, base: Path, data: unknown, schema: z.ZodType): Finding[] {
  const path = [...base, ...(issue.path as Path)];
  const value = valueAt(data, path);
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.map((key) => ({ path: [...path, key], message: unknownKey(key, path, data, schema) }));
    case "invalid_key":
      return [
        {
          path,
          message: `${own(issue.issues[0]) ?? "expected another key"}, found the key ${dottedKey([path.at(-1) ?? ""])}`,
        },
      ];
    case "invalid_element":
      return issue.issues.flatMap((inner) => explainIssue(inner, path, data, schema));
    case "invalid_union":
      return explainUnion(issue, path, data, schema);
    case "invalid_type":
      return [
        {
          path,
          message: `${own(issue) ?? `expected ${expectedType(issue.expected)}`}, found ${foundType(value, issue.expected, path)}`,
        },
      ];
    case "invalid_value":
      return [{ path, message: `expected ${oneOf(issue.values)}, found ${found(value, path)}` }];
    case "too_small":
      return [
        {
          path,
          message: `${own(issue) ?? `expected ${bound(issue.origin, issue.inclusive ?? true, Number(issue.minimum), "least")}`}, found ${size(value, path)}`,
        },
      ];
    case "too_big":
      return [
        {
          path,
          message: `${own(issue) ?? `expected ${bound(issue.origin, issue.inclusive ?? true, Number(issue.maximum), "most")}`}, found ${size(value, path)}`,
        },
      ];
    case "invalid_format":
    case "not_multiple_of":
    case "custom":
      return [
        { path, message: `${own(issue) ?? `expected another value (${issue.message})`}, found ${found(value, path)}` },
      ];
  }
}

/** The message that the schema's author gave, as all of ours start. */
function own(issue: Issue | undefined): string | undefined {
  return issue?.message.startsWith("expected") ? issue.message : undefined;
}

function unknownKey(key: string, path: Path, data: unknown, schema: z.ZodType): string {
  const known = keysAt(path, data, schema);
  const meant = closest(key, known);
  if (meant !== undefined) return `unknown key; did you mean "${meant}"?`;
  return known.length > 0 ? `unknown key; expected one of ${known.join(", ")}` : "unknown key";
}

/**
 * A union says what is wrong with each of its members. The member that the value was meant to be is the one whose outer
 * shape fits; when it isn't clear which, the union as a whole is what was expected.
 */
function explainUnion(issue: z.core.$ZodIssueInvalidUnion, path: Path, data: unknown, schema: z.ZodType): Finding[] {
  const value = valueAt(data, path);
  if ("discriminator" in issue && issue.discriminator !== undefined) {
    const options = "options" in issue ? (issue.options as readonly unknown[]) : [];
    const shape = typeof value === "object" && value !== null && path.at(-1) !== issue.discriminator;
    return [
      { path, message: `expected ${shape ? "a mapping with " : ""}${oneOf(options)}, found ${found(value, path)}` },
    ];
  }
  const meant = issue.errors.filter((member) => !member.some((inner) => inner.path.length === 0 && wrongShape(inner)));
  const [only] = meant;
  if (meant.length === 1 && only !== undefined) return only.flatMap((inner) => explainIssue(inner, path, data, schema));
  const expected = own(issue) ?? `expected ${issue.errors.map((member) => memberName(member[0])).join(" or ")}`;
  return [{ path, message: `${expected}, found ${typeof value === "string" ? kindOf(value) : found(value, path)}` }];
}

function wrongShape(issue: Issue): boolean {
  return issue.code === "invalid_type" || issue.code === "invalid_value";
}

function memberName(issue: Issue | undefined): string {
  if (issue?.code === "invalid_type" && issue.path.length === 0) return expectedType(issue.expected);
  if (issue?.code === "invalid_value") return oneOf(issue.values);
  return own(issue)?.replace(/^expected /, "") ?? "another value";
}

function expectedType(type: string): string {
  switch (type) {
    case "string":
      return "a text";
    case "number":
    case "nan":
      return "a number";
    case "int":
      return "a whole number";
    case "boolean":
      return "true or false";
    case "array":
      return "a list";
    case "object":
    case "record":
      return "a mapping";
    default:
      return type;
  }
}

/** The kind is all that matters of a value of the wrong kind, except for a number that only isn't whole. */
function foundType(value: unknown, expected: string, path: Path): string {
  return expected === "int" && typeof value === "number" ? found(value, path) : kindOf(value);
}

function oneOf(values: readonly unknown[]): string {
  const texts = values.map((value) => (typeof value === "string" ? `"${value}"` : String(value)));
  return texts.length < 2 ? (texts[0] ?? "nothing") : `${texts.slice(0, -1).join(", ")} or ${texts.at(-1)}`;
}

function bound(origin: string, inclusive: boolean, limit: number, side: "least" | "most"): string {
  const many = (unit: string) => `at ${side} ${limit} ${unit}${limit === 1 ? "" : "s"}`;
  if (origin === "string") return many("character");
  if (origin === "array") return side === "least" && limit === 1 ? "a list with an item in it" : many("item");
  if (inclusive) return `a number of at ${side} ${limit}`;
  return `a number ${side === "least" ? "above" : "below"} ${limit}`;
}

function size(value: unknown, path: Path): string {
  if (typeof value === "string") return value === "" ? "an empty text" : `${value.length} characters`;
  if (Array.isArray(value)) return value.length === 0 ? "an empty list" : `${value.length} items`;
  return found(value, path);
}
