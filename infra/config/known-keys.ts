import { z } from "zod";
import { environmentSettings } from "../model/settings/environment.ts";
import { valueAt, type Path } from "./path.ts";

type Schema = z.core.JSONSchema.BaseSchema;

/** Names of the keys that the mapping at `path` may have; of the fitting variant, where `kind` tells which. */
export function keysAt(path: Path, data: unknown, of: z.ZodType = environmentSettings): string[] {
  const root = z.toJSONSchema(of, { io: "input" });
  let schemas: Schema[] = [root];
  path.forEach((part, depth) => {
    const mapping = valueAt(data, path.slice(0, depth));
    schemas = schemas.flatMap((schema) => variants(schema, mapping)).flatMap((schema) => below(schema, part));
  });
  const mapping = valueAt(data, path);
  return [
    ...new Set(
      schemas.flatMap((schema) => variants(schema, mapping)).flatMap((schema) => Object.keys(schema.properties ?? {})),
    ),
  ].filter((key) => key !== "$schema");
}

function variants(schema: Schema, mapping: unknown): Schema[] {
  const options = schema.anyOf ?? schema.oneOf;
  if (options === undefined) return [schema];
  const fitting = options.filter((option) => {
    const kind = option.properties?.["kind"];
    return typeof kind !== "object" || kind.const === undefined || kind.const === valueAt(mapping, ["kind"]);
  });
  return fitting.flatMap((option) => variants(option, mapping));
}

function below(schema: Schema, part: string | number): Schema[] {
  const next = typeof part === "number" ? schema.items : (schema.properties?.[part] ?? schema.additionalProperties);
  return typeof next === "object" && !Array.isArray(next) ? [next] : [];
}
