import { expect, it } from "vitest";
import { patternProblem } from "./pattern.ts";

it.each(['<div id="root">', "^ok$", "(a|b)c", "(?:[a-z]+)x", "\\(a+\\)+", "[(]a+[)]+", "(abc)+", "a{2,5}b*", "(a)?b"])(
  "accepts %s",
  (pattern) => expect(patternProblem(pattern)).toBeUndefined(),
);

it.each([
  ["(", "expected a regular expression: unterminated group"],
  ["(a+)+", "expected a regular expression without a repetition inside a repeated group"],
  ["((a*))*b", "expected a regular expression without a repetition inside a repeated group"],
  ["(a|a)*b", "expected a regular expression without a repetition inside a repeated group"],
  ["(a{1,9})+", "expected a regular expression without a repetition inside a repeated group"],
  ["(.+)x{2}(a+){9}", "expected a regular expression without a repetition inside a repeated group"],
  ["(a)\\1", "expected a regular expression without back-references"],
  ["a".repeat(501), "expected a regular expression of at most 500 characters"],
])("refuses %s", (pattern, problem) => expect(patternProblem(pattern)).toBe(problem));
