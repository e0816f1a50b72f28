import { parse } from "yaml";
import type { z } from "zod";

type Schema = z.core.JSONSchema.BaseSchema;

/** What stands below this line of docs/settings.md is made from the schema. */
export const mark = "<!-- Below this line everything is written by `node scripts/settings-schema.ts`. -->";

/** The page with its reference made anew; what stands above the mark is left as it is. */
export function renderDocs(page: string, schema: Schema): string {
  const [opening = ""] = page.split(mark);
  return `${opening.trimEnd()}\n\n${mark}\n<!-- prettier-ignore-start -->\n\n## Every key\n\n${sections([], schema, examplesOf(opening)).join("\n\n")}\n\n<!-- prettier-ignore-end -->\n`;
}

/** Keys that have neither a default nor an example in the page: a reader couldn't tell what to write there. */
export function keysWithoutExample(page: string, schema: Schema): string[] {
  const [opening = "", reference = ""] = page.split(mark);
  if (reference === "") return ["no reference"];
  const examples = examplesOf(opening);
  return tables([], schema).flatMap(({ path, rows }) =>
    rows
      .filter(({ key, schema: value }) => !isMapping(value) && example([...path, key], value, examples) === "")
      .map(({ key }) => heading([...path, key])),
  );
}

/** The YAML blocks of the page. */
export function examplesOf(page: string): unknown[] {
  return [...page.matchAll(/^( *)```yaml\n(.*?)^\1```$/gms)].map(
    ([, , text = ""]) => parse(text, { merge: true }) as unknown,
  );
}

interface Row {
  readonly key: string;
  readonly schema: Schema;
  readonly required: boolean;
}

interface Table {
  readonly path: readonly string[];
  readonly title: string;
  readonly description: string;
  readonly rows: readonly Row[];
}

function sections(path: readonly string[], schema: Schema, examples: readonly unknown[]): string[] {
  return tables(path, schema).map(({ path: at, title, description, rows }) =>
    [
      `### ${title}`,
      ...(description === "" ? [] : [`${description}.`]),
      [
        "| key | meaning | value | default | example |",
        "| --- | --- | --- | --- | --- |",
        ...rows.map((row) => tableRow(at, row, examples)),
      ].join("\n"),
    ].join("\n\n"),
  );
}

function tableRow(path: readonly string[], { key, schema, required }: Row, examples: readonly unknown[]): string {
  const cells = [
    `\`${key}\``,
    schema.description ?? (schema.const === undefined ? "" : "Says that it is this kind"),
    valueOf(schema),
    required ? "required" : schema.default === undefined || isMapping(schema) ? "" : code(schema.default),
    isMapping(schema) ? "" : example([...path, key], schema, examples),
  ];
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}

/** One table for each mapping below a schema, in the order of the keys; one for each kind where there are several. */
function tables(path: readonly string[], schema: Schema): Table[] {
  if (isSecret(schema)) return [];
  const options = optionsOf(schema);
  if (options) {
    const mappings = options.filter((option) => option.type === "object" && !isSecret(option));
    return mappings.flatMap((option) => ofObject(path, option, schema));
  }
  if (schema.type === "array" && isSchema(schema.items)) return tables([...path, "[]"], schema.items);
  return schema.type === "object" ? ofObject(path, schema, schema) : [];
}

function ofObject(path: readonly string[], schema: Schema, outer: Schema): Table[] {
  const rows = Object.entries(schema.properties ?? {})
    .filter(([key, value]) => isSchema(value) && key !== "$schema")
    .map(([key, value]) => ({ key, schema: value as Schema, required: schema.required?.includes(key) ?? false }));
  const below = rows.flatMap((row) => tables([...path, row.key], row.schema));
  const entries = isSchema(schema.additionalProperties) ? tables([...path, "*"], schema.additionalProperties) : [];
  if (rows.length === 0) return entries;
  const kind = rows.find(({ key }) => key === "kind")?.schema.const;
  const of = typeof kind === "string" ? `, kind \`${kind}\`` : "";
  const title = path.length === 0 ? "The file" : `\`${heading(path)}\`${of}`;
  return [{ path, title, description: schema.description ?? outer.description ?? "", rows }, ...below, ...entries];
}

/** `hosts.<name>.gateway`, `registries[]` */
function heading(path: readonly string[]): string {
  return path.reduce((text, part) => {
    if (part === "[]") return `${text}[]`;
    return [...(text === "" ? [] : [text]), part === "*" ? "<name>" : part].join(".");
  }, "");
}

function valueOf(schema: Schema): string {
  if (isSecret(schema)) return "[secret](#secrets)";
  if (schema.const !== undefined) return code(schema.const);
  if (schema.enum) return schema.enum.map(code).join(", ");
  const options = optionsOf(schema);
  if (options) {
    const kinds = options.map((option) => constOf(option.properties?.["kind"]));
    if (kinds.every((kind) => kind !== undefined)) return `mapping by \`kind\`: ${kinds.map(code).join(", ")}`;
    return [...new Set(options.map(valueOf))].join(" or ");
  }
  const types: unknown = schema.type;
  if (Array.isArray(types)) return types.map((type) => valueOf({ type: type as "string" })).join(" or ");
  switch (schema.type) {
    case "integer":
    case "number":
      return `${schema.type === "integer" ? "whole number" : "number"}${range(schema)}`;
    case "boolean":
      return "true or false";
    case "array":
      return `list of: ${isSchema(schema.items) ? valueOf(schema.items) : "anything"}`;
    case "object":
      return isSchema(schema.additionalProperties)
        ? `mapping of name to: ${valueOf(schema.additionalProperties)}`
        : "mapping";
    case "string":
    case "null":
    case undefined:
      break;
  }
  return schema.format === "ipv4" ? "IPv4 address" : schema.pattern?.startsWith("^~?") ? "path" : "text";
}

function range({ minimum, maximum }: Schema): string {
  if (minimum === undefined && maximum === undefined) return "";
  if (maximum === undefined) return `, at least ${minimum}`;
  return minimum === undefined ? `, at most ${maximum}` : `, ${minimum} to ${maximum}`;
}

/** What the examples of the page say under a key; another value than the default where there is one. */
function example(path: readonly string[], schema: Schema, examples: readonly unknown[]): string {
  if (schema.const !== undefined) return code(schema.const);
  const values = examples.flatMap((data) => valuesAt(data, path));
  const telling = values.find((value) => JSON.stringify(value) !== JSON.stringify(schema.default)) ?? values[0];
  if (telling !== undefined) return code(telling);
  return schema.default === undefined ? "" : code(schema.default);
}

function valuesAt(data: unknown, path: readonly string[]): unknown[] {
  const [head, ...rest] = path;
  if (head === undefined) return data === undefined ? [] : [data];
  if (typeof data !== "object" || data === null) return [];
  if (head === "*" || head === "[]") return Object.values(data).flatMap((value) => valuesAt(value, rest));
  return Object.hasOwn(data, head) ? valuesAt((data as Record<string, unknown>)[head], rest) : [];
}

/** A mapping with keys of its own has a table of its own, which says more than an example. */
function isMapping(schema: Schema): boolean {
  return !isSecret(schema) && tables([], schema).length > 0;
}

function isSecret(schema: Schema): boolean {
  return Object.keys(schema.properties ?? {}).join() === "secret";
}

function optionsOf(schema: Schema): Schema[] | undefined {
  const options = schema.anyOf ?? schema.oneOf;
  return options?.filter(isSchema);
}

function constOf(schema: unknown): unknown {
  return isSchema(schema) ? schema.const : undefined;
}

function isSchema(value: unknown): value is Schema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A value as it may be written in YAML's flow form. */
function code(value: unknown): string {
  return `\`${flow(value)}\``;
}

function flow(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flow).join(", ")}]`;
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value).map(([key, item]) => `${key}: ${flow(item)}`);
    return entries.length === 0 ? "{}" : `{ ${entries.join(", ")} }`;
  }
  if (typeof value === "string")
    return /^[\w./~:@$-][\w ./~:@${}=+*-]*$/.test(value) && Number.isNaN(Number(value)) ? value : JSON.stringify(value);
  return String(value);
}
