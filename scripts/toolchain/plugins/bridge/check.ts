import { createHash } from "node:crypto";
import type { CheckFailure, CheckRequest, CheckResponse, Json, JsonObject } from "../shared/rpc.ts";
import { isArray, isObject, isUnknown, reveal } from "../shared/values.ts";
import type { BlocksField, Field, Fields, ScalarsField } from "./field.ts";
import { isZero } from "./field.ts";

interface Checked {
  readonly inputs: Json;
  readonly failures: readonly CheckFailure[];
}

/** A program's inputs with defaults filled in, as the engine keeps them, and every problem at once. */
export function checkInputs(fields: Fields, request: CheckRequest): CheckResponse {
  const named = nameInputs(fields, request);
  const checked = checkObject(fields, named.news, request.olds, "", named.defaulted);
  const inputs = checked.inputs as JsonObject;
  return checked.failures.length > 0 ? { inputs, failures: checked.failures } : { inputs };
}

/** A resource without a name gets one from its place in the program, kept from one update to the next. */
function nameInputs(fields: Fields, request: CheckRequest): { news: JsonObject; defaulted: readonly string[] } {
  const { news, olds } = request;
  if (!fields["name"]?.autoname || isSet(news["name"])) return { news, defaulted: [] };
  const name = isDefaulted(olds, "name") ? olds["name"] : generateName(request);
  return name === undefined ? { news, defaulted: [] } : { news: { ...news, name }, defaulted: ["name"] };
}

function generateName({ name, randomSeed, autonaming }: CheckRequest): string | undefined {
  if (autonaming?.mode === "disable") return undefined;
  if (autonaming?.proposedName) return autonaming.proposedName;
  const suffix = createHash("sha512").update(randomSeed, "base64").digest("hex").slice(0, 7);
  return `${name}-${suffix}`;
}

function isSet(value: Json | undefined): value is Json {
  return value !== undefined && value !== null;
}

function isDefaulted(olds: JsonObject, key: string): boolean {
  const defaults = olds["__defaults"];
  return key in olds && (!isArray(defaults) || defaults.includes(key));
}

function checkObject(
  fields: Fields,
  news: JsonObject,
  olds: JsonObject,
  path: string,
  defaulted: readonly string[] = [],
): Checked {
  const inputs: Record<string, Json> = {};
  const failures: CheckFailure[] = [];
  const defaults = [...defaulted];
  for (const [key, value] of Object.entries(news)) {
    if (!isSet(value) || key.startsWith("__")) continue;
    const checked = checkValue(fields[key], value, olds[key], join(path, key));
    inputs[key] = checked.inputs;
    failures.push(...checked.failures);
  }
  for (const [key, field] of Object.entries(fields)) {
    if (key in inputs) continue;
    if (field.required) failures.push({ property: join(path, key), reason: `Missing required property '${key}'` });
    const value = defaultFor(field, olds, key);
    if (value === undefined) continue;
    inputs[key] = value;
    defaults.push(key);
  }
  return { inputs: { ...inputs, __defaults: defaults.sort() }, failures };
}

/** Defaults that say nothing (false, 0, "") stay out of the inputs unless an earlier state has them. */
function defaultFor(field: Field, olds: JsonObject, key: string): Json | undefined {
  if (field.default === undefined) return undefined;
  if (isDefaulted(olds, key)) return olds[key];
  return isZero(field, field.default) ? undefined : field.default;
}

function join(path: string, key: string): string {
  return path === "" ? key : `${path}.${key}`;
}

function checkValue(field: Field | undefined, value: Json, old: Json | undefined, path: string): Checked {
  const failed = (reason: string) => ({ inputs: value, failures: [{ property: path, reason }] });
  if (!field) return failed(`property '${path}' is not known to this resource`);
  if (field.outputOnly) return failed(`property '${path}' is an output: the provider sets it`);
  if (field.refused) return failed(`property '${path}' is not supported by Sluice's own plugin`);
  const plain = reveal(value);
  if (isUnknown(plain)) return { inputs: value, failures: [] };
  if (field.kind === "blocks") return checkBlocks(field, plain, old, path);
  const shape = misshapen(field, plain);
  if (shape !== undefined) return failed(`expected ${shape}`);
  const problem = typeof plain === "object" ? undefined : field.problem?.(String(plain));
  return problem === undefined ? { inputs: value, failures: [] } : failed(problem);
}

const SHAPES = {
  string: "a string",
  int: "a whole number",
  bool: "true or false",
  list: "a list of strings",
  set: "a list of strings",
  map: "an object of strings",
} as const;

function misshapen(field: Exclude<Field, BlocksField>, value: Json): string | undefined {
  if (hasShape(field, value)) return undefined;
  return "items" in field ? "a list of whole numbers" : SHAPES[field.kind];
}

function hasShape(field: Exclude<Field, BlocksField>, value: Json): boolean {
  switch (field.kind) {
    case "string":
      return typeof value === "string";
    case "int":
      return Number.isInteger(value);
    case "bool":
      return typeof value === "boolean";
    case "list":
    case "set":
      return isArray(value) && value.every((item) => isUnknown(item) || isItem(field, item));
    case "map":
      return isObject(value) && Object.values(value).every((item) => typeof item === "string");
  }
}

function isItem({ items }: ScalarsField, item: Json): boolean {
  return items === "int" ? Number.isInteger(item) : typeof item === "string";
}

function checkBlocks(field: BlocksField, value: Json, old: Json | undefined, path: string): Checked {
  if (field.single) return checkBlock(field, value, old, path);
  if (!isArray(value)) return { inputs: value, failures: [{ property: path, reason: "expected a list of objects" }] };
  const checked = value.map((item, index) =>
    checkBlock(field, item, isArray(old) ? old[index] : undefined, `${path}[${index}]`),
  );
  return { inputs: checked.map(({ inputs }) => inputs), failures: checked.flatMap(({ failures }) => failures) };
}

function checkBlock(field: BlocksField, value: Json, old: Json | undefined, path: string): Checked {
  if (isUnknown(value)) return { inputs: value, failures: [] };
  if (!isObject(value)) return { inputs: value, failures: [{ property: path, reason: "expected an object" }] };
  return checkObject(field.of, value, isObject(old) ? old : {}, path);
}
