// node scripts/settings-schema.ts: writes docs/settings.schema.json and the reference in docs/settings.md anew.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { environmentSettings } from "../infra/model/settings/environment.ts";
import { renderDocs } from "./settings-docs.ts";

export type SettingsSchema = z.core.JSONSchema.BaseSchema;

/** The settings as people write them, before defaults are filled in, as a JSON Schema (draft 2020-12). */
export function settingsSchema(): SettingsSchema {
  return z.toJSONSchema(environmentSettings, {
    io: "input",
    override: ({ jsonSchema }) => {
      // What zod adds to every whole number says nothing to a reader.
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
    },
  });
}

/** Text of docs/settings.schema.json, by which editors complete and check `stacks/config/*.yaml`. */
export function renderSchema(): string {
  const { $schema, ...schema } = settingsSchema();
  const title = "Settings of one Sluice environment";
  return `${JSON.stringify({ $schema, title, ...schema }, null, 2)}\n`;
}

if (import.meta.main) {
  const docs = join(import.meta.dirname, "../docs");
  writeFileSync(join(docs, "settings.schema.json"), renderSchema());
  const file = join(docs, "settings.md");
  writeFileSync(file, renderDocs(readFileSync(file, "utf8"), settingsSchema()));
}
