import { InputError } from "../model/errors.ts";
import { analysisSettings, type AnalysisSettings } from "../model/settings/analysis.ts";
import { readDocument } from "./document.ts";
import { explain } from "./explain.ts";
import { dottedKey } from "./path.ts";

/**
 * Settings of the judge from the text of a YAML file; an empty one has every default. Pure.
 *
 * @param file Path of the file, for messages.
 * @throws InputError with every problem at once, each with its key, what was expected, what was found and the line.
 */
export function parseAnalysis(text: string, file: string): AnalysisSettings {
  const document = readDocument(text);
  const yaml = document.problems.map(({ offset, message }) => ({
    key: dottedKey(document.pathAt(offset)),
    message: `${message} (line ${document.lineAt(offset)})`,
  }));
  if (document.data === undefined) throw new InputError(file, yaml);
  const data = document.data ?? {};
  const parsed = analysisSettings.safeParse(data);
  const findings = parsed.success ? [] : explain(parsed.error.issues, data, analysisSettings);
  const issues = [
    ...yaml,
    ...findings.map(({ path, message }) => ({
      key: dottedKey(path),
      message: `${message} (line ${document.lineOf(path)})`,
    })),
  ];
  if (!parsed.success || issues.length > 0) throw new InputError(file, issues);
  return parsed.data;
}
