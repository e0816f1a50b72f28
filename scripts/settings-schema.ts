// node scripts/settings-schema.ts: writes the JSON Schemas in docs/ and the references in docs/settings.md and
// docs/judge.md anew.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { judgeWindow } from "../infra/model/judge-window.ts";
import { analysisSettings } from "../infra/model/settings/analysis.ts";
import { environmentSettings } from "../infra/model/settings/environment.ts";
import { renderDocs } from "./settings-docs.ts";

export type SettingsSchema = z.core.JSONSchema.BaseSchema;

/** The settings as people write them, before defaults are filled in, as a JSON Schema (draft 2020-12). */
export function settingsSchema(): SettingsSchema {
  return inputSchema(environmentSettings);
}

/** The judge's settings, likewise. */
export function analysisSchema(): SettingsSchema {
  return inputSchema(analysisSettings);
}

/** Text of docs/settings.schema.json, by which editors complete and check `stacks/config/*.yaml`. */
export function renderSchema(): string {
  return render("Settings of one Sluice environment", settingsSchema());
}

/** Text of docs/judge-window.schema.json: one line of what `sluice judge` reads. */
export function renderWindowSchema(): string {
  return render("One window of a canary, as Sluice's judge reads it", inputSchema(judgeWindow));
}

function inputSchema(schema: z.ZodType): SettingsSchema {
  return z.toJSONSchema(schema, {
    io: "input",
    override: ({ jsonSchema }) => {
      // What zod adds to every whole number says nothing to a reader.
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
    },
  });
}

function render(title: string, { $schema, ...schema }: SettingsSchema): string {
  return `${JSON.stringify({ $schema, title, ...schema }, null, 2)}\n`;
}

if (import.meta.main) {
  const docs = join(import.meta.dirname, "../docs");
  writeFileSync(join(docs, "settings.schema.json"), renderSchema());
  writeFileSync(join(docs, "judge-window.schema.json"), renderWindowSchema());
  for (const [page, schema] of [
    ["settings.md", settingsSchema()],
    ["judge.md", analysisSchema()],
  ] as const) {
    const file = join(docs, page);
    writeFileSync(file, renderDocs(readFileSync(file, "utf8"), schema));
  }
}
