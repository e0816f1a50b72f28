import type { Command } from "commander";
import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { judgeAll } from "../../infra/analysis/judge/judge.ts";
import type { Verdict } from "../../infra/analysis/judge/verdict.ts";
import { parseAnalysis } from "../../infra/config/analysis.ts";
import { parseJudgeWindows } from "../../infra/config/judge-windows.ts";
import { InputError, type Issue, messageOf } from "../../infra/model/errors.ts";
import type { JudgeWindow } from "../../infra/model/judge-window.ts";
import { type AnalysisSettings, analysisSettings } from "../../infra/model/settings/analysis.ts";
import { command, perform } from "../cli/command.ts";
import { exitCode } from "../cli/exit.ts";

interface Options {
  readonly json?: boolean;
  readonly input: string;
  readonly settings?: string;
}

const codes = { betterOrEqual: exitCode.done, worse: exitCode.refused, notEnough: exitCode.unknown } as const;

export function judgeCommand(): Command {
  return command("judge", "judges recorded windows of a canary again: the verdict after each, a JSON line each", [
    "judge --input windows.jsonl",
    "judge --input - --settings analysis.yaml < windows.jsonl",
  ])
    .requiredOption("--input <file>", "recorded windows, one JSON document a line; - for stdin")
    .option("--settings <file>", "settings of the judge, as YAML; default: every default")
    .action((options: Options) =>
      perform(options, async ({ out }) => {
        const { settings, windows } = await inputOf(options);
        const verdicts = judgeAll(settings, windows).map((verdict, index) => ({ at: windows[index]?.at, ...verdict }));
        const answer: Verdict["answer"] = verdicts.at(-1)?.answer ?? "notEnough";
        out.result({ answer, verdicts }, verdicts.map((verdict) => JSON.stringify(verdict)).join("\n"));
        return codes[answer];
      }),
    );
}

/** Both inputs are read and checked before anything is said, so that every problem of either is said at once. */
async function inputOf({ input, settings }: Options): Promise<{
  readonly settings: AnalysisSettings;
  readonly windows: readonly JudgeWindow[];
}> {
  const issues: Issue[] = [];
  const attempt = async <T>(file: string, parse: (text: string, file: string) => T): Promise<T | undefined> => {
    try {
      return parse(await read(file), file);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      issues.push(...error.issues.map(({ key, message }) => ({ key: `${file}, ${key}`.replace(/, $/, ""), message })));
      return undefined;
    }
  };
  const analysis = settings === undefined ? analysisSettings.parse({}) : await attempt(settings, parseAnalysis);
  const windows = await attempt(input, parseJudgeWindows);
  if (analysis === undefined || windows === undefined) throw new InputError("This can't be judged:", issues);
  return { settings: analysis, windows };
}

async function read(file: string): Promise<string> {
  try {
    return await (file === "-" ? text(process.stdin) : readFile(file, "utf8"));
  } catch (error) {
    throw new InputError(file, [{ key: "", message: `expected a file that can be read: ${messageOf(error)}` }]);
  }
}
