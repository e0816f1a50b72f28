import { describe, expect, it } from "vitest";
import { InputError } from "../model/errors.ts";
import type { JudgeWindow } from "../model/judge-window.ts";
import { parseJudgeWindows } from "./judge-windows.ts";

const latency = { boundsMilliseconds: [100, 500], counts: [8, 1, 1] };
const slot = { requests: 10, errors: 1, latency };
const window = (minute: number): JudgeWindow => ({
  at: new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString(),
  seconds: 60,
  slots: { candidate: slot, settled: slot },
});
const line = (minute: number, candidate: object = {}, more: object = {}): string =>
  JSON.stringify({ ...window(minute), slots: { candidate: { ...slot, ...candidate }, settled: slot }, ...more });

function problems(...lines: readonly string[]): unknown {
  try {
    return parseJudgeWindows(lines.join("\n"), "windows.jsonl");
  } catch (error) {
    return error instanceof InputError ? error.issues : error;
  }
}

describe("parseJudgeWindows", () => {
  it("reads a window a line; empty lines and ends of lines of Windows count for nothing", () => {
    expect(problems(`${line(1)}\r`, "", line(2), "  ", "")).toEqual([window(1), window(2)]);
  });

  it.each<[string, object, string, string]>([
    ["more errors than requests", { errors: 11 }, "errors", "expected at most as many errors as requests, found 11"],
    ["a negative count", { errors: -1 }, "errors", "expected a number of at least 0, found -1"],
    ["half a request", { requests: 1.5 }, "requests", "expected a whole number, found 1.5"],
    [
      "more answers than requests",
      { requests: 9 },
      "latency.counts",
      "expected at most as many answers as requests, found a list",
    ],
    [
      "bounds that don't ascend",
      { latency: { ...latency, boundsMilliseconds: [500, 100] } },
      "latency.boundsMilliseconds",
      "expected bounds that ascend, found a list",
    ],
    [
      "a count too few",
      { latency: { ...latency, counts: [8, 1] } },
      "latency.counts",
      "expected one count for each bound and one for what is above the last, found a list",
    ],
    ["a key that nobody knows", { error: 1 }, "error", 'unknown key; did you mean "errors"?'],
  ])("refuses %s", (_, candidate, key, message) => {
    expect(problems(line(1), line(2, candidate))).toEqual([{ key: `line 2, slots.candidate.${key}`, message }]);
  });

  it("names the problems of all lines at once", () => {
    expect(problems("nope", line(2, {}, { at: "yesterday", seconds: 0 }), "[]", line(4))).toEqual([
      { key: "line 1", message: expect.stringMatching(/^expected JSON: /) as string },
      { key: "line 2, at", message: 'expected a time such as 2026-01-31T12:00:00Z, found "yesterday"' },
      { key: "line 2, seconds", message: "expected a number above 0, found 0" },
      { key: "line 3", message: "expected a mapping, found a list" },
    ]);
  });

  it("refuses windows that aren't in order of time, or come twice", () => {
    expect(problems(line(2), line(1), line(3), line(3))).toEqual([
      {
        key: "line 2, at",
        message: "expected a time after that of line 1 (2026-01-01T00:02:00.000Z), found 2026-01-01T00:01:00.000Z",
      },
      {
        key: "line 4, at",
        message: "expected a time after that of line 3 (2026-01-01T00:03:00.000Z), found 2026-01-01T00:03:00.000Z",
      },
    ]);
  });

  it("refuses a text without a window", () => {
    expect(problems("", " ")).toEqual([
      { key: "", message: "expected a window in each line, found no line with anything in it" },
    ]);
  });
});
