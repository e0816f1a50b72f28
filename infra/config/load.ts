import { InputError, type Issue } from "../model/errors.ts";
import { environmentSettings, type EnvironmentSettings } from "../model/settings/environment.ts";
import { readDocument, type SettingsDocument } from "./document.ts";
import { readHostKeys } from "./host-keys.ts";
import { expandHomes } from "./expand-homes.ts";
import { explain } from "./explain.ts";
import type { Finding } from "./finding.ts";
import { dottedKey } from "./path.ts";
import { draftOf, type Draft, type Rule } from "./rule.ts";
import { rules } from "./rules/index.ts";
import { NotKnownError } from "./salvage-service.ts";
import { salvage } from "./salvage.ts";

/**
 * Settings of one environment from the text of its file. Pure: paths keep their `~/`, secrets stay references.
 *
 * @param file Path of the file: named in messages, and its base name is the environment's.
 * @throws InputError with every problem of the text at once, each with its key, what was expected, what was found and
 * the line. Values that may be secret are not shown.
 */
export function parseSettings(text: string, file: string): EnvironmentSettings {
  const document = readDocument(text);
  const yaml = document.problems.map(({ offset, message }) => ({
    line: document.lineAt(offset),
    key: dottedKey(document.pathAt(offset)),
    message,
  }));
  if (document.data === undefined) throw inputError(file, yaml);
  const { settings, findings } = judge(document.data, file);
  const issues = [...yaml, ...findings.map((finding) => located(finding, document))];
  if (settings === undefined || issues.length > 0) throw inputError(file, issues);
  return settings;
}

/**
 * Reads `<dir>/<environment>.yaml`, checks it, replaces `~/` at the start of its paths by `home` (secret references keep
 * theirs: they are part of revisions, which must be the same for everybody) and puts the key for each `hostKey` file.
 *
 * @param readFile Gives a file's text, or throws when it can't be read.
 * @throws InputError as `parseSettings`, and when there is no such file.
 */
export async function readSettings(
  environment: string,
  dir: string,
  readFile: (path: string) => string | Promise<string>,
  home: string,
): Promise<EnvironmentSettings> {
  const file = `${dir}/${environment}.yaml`;
  const settings = expandHomes(parseSettings(await textOf(file, readFile), file), home);
  return readHostKeys(settings, file, readFile);
}

async function textOf(file: string, readFile: (path: string) => string | Promise<string>): Promise<string> {
  try {
    return await readFile(file);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new InputError(file, [{ key: "", message: `expected the environment's settings in this file: ${reason}` }]);
  }
}

function judge(data: unknown, file: string): { settings?: EnvironmentSettings; findings: readonly Finding[] } {
  const fileName = (file.split("/").at(-1) ?? "").replace(/\.ya?ml$/, "");
  if (data === null) return { findings: [{ path: [], message: "expected settings, found an empty file" }] };
  const parsed = environmentSettings.safeParse(data);
  if (parsed.success) return { settings: parsed.data, findings: check(draftOf(fileName, parsed.data)) };
  const { issues } = parsed.error;
  return { findings: [...explain(issues, data), ...check(salvage(fileName, data, issues))] };
}

function check(draft: Draft): Finding[] {
  return rules.flatMap((rule) => checkBy(rule, draft));
}

/** A service of which the rule needs what isn't known is left out. */
function checkBy(rule: Rule, draft: Draft): readonly Finding[] {
  try {
    return rule.check(draft);
  } catch (error) {
    if (!(error instanceof NotKnownError)) throw error;
    const services = Object.entries(draft.services).filter(([name]) => name !== error.service);
    return checkBy(rule, { ...draft, services: Object.fromEntries(services) });
  }
}

interface Located extends Issue {
  readonly line: number;
}

function located({ path, message }: Finding, document: SettingsDocument): Located {
  return { line: document.lineOf(path), key: dottedKey(path), message };
}

function inputError(file: string, issues: readonly Located[]): InputError {
  const sorted = [...issues].sort((a, b) => a.line - b.line);
  return new InputError(
    `${file}: ${issues.length} ${issues.length === 1 ? "problem" : "problems"}`,
    sorted.map(({ line, key, message }) => ({ key, message: `${message} (line ${line})` })),
  );
}
