import { InputError, type Issue } from "../model/errors.ts";
import { judgeWindow, type JudgeWindow } from "../model/judge-window.ts";
import { explain } from "./explain.ts";
import { dottedKey } from "./path.ts";

/**
 * Recorded windows, one JSON document a line; empty lines count for nothing. Pure.
 *
 * @param source Where the text is from, for messages.
 * @throws InputError with every problem of every line at once, each with its line and key.
 */
export function parseJudgeWindows(text: string, source: string): readonly JudgeWindow[] {
  const issues: Issue[] = [];
  const windows: JudgeWindow[] = [];
  let last: { readonly at: string; readonly line: number } | undefined;
  text.split("\n").forEach((content, index) => {
    if (content.trim() === "") return;
    const line = index + 1;
    const window = parseLine(content, line, issues);
    if (window === undefined) return;
    if (last !== undefined && Date.parse(window.at) <= Date.parse(last.at)) {
      const message = `expected a time after that of line ${last.line} (${last.at}), found ${window.at}`;
      issues.push({ key: `line ${line}, at`, message });
    }
    last = { at: window.at, line };
    windows.push(window);
  });
  if (windows.length === 0 && issues.length === 0) {
    issues.push({ key: "", message: "expected a window in each line, found no line with anything in it" });
  }
  if (issues.length > 0) {
    throw new InputError(`${source}: ${issues.length} ${issues.length === 1 ? "problem" : "problems"}`, issues);
  }
  return windows;
}

function parseLine(content: string, line: number, issues: Issue[]): JudgeWindow | undefined {
  let data: unknown;
  try {
    data = JSON.parse(content);
  } catch (error) {
    issues.push({ key: `line ${line}`, message: `expected JSON: ${(error as Error).message}` });
    return undefined;
  }
  const parsed = judgeWindow.safeParse(data);
  if (parsed.success) return parsed.data;
  for (const { path, message } of explain(parsed.error.issues, data, judgeWindow)) {
    const key = dottedKey(path);
    issues.push({ key: key === "" ? `line ${line}` : `line ${line}, ${key}`, message });
  }
  return undefined;
}
