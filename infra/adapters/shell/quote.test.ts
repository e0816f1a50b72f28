import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { quote } from "./shell.ts";

describe("quote", () => {
  it.each([
    ["plain", "plain"],
    ["/a/b.c:1,2-3", "/a/b.c:1,2-3"],
    ["", "''"],
    ["a b", "'a b'"],
    ["it's", "'it'\\''s'"],
    ["A=b", "'A=b'"],
    ["~", "'~'"],
    ["*", "'*'"],
  ])("of %j is %s", (word, quoted) => {
    expect(quote(word)).toBe(quoted);
  });

  it("gives a shell just the words that were meant (any text)", () => {
    const text = fc.string({ unit: "binary" }).filter((word) => !word.includes("\0") && word.isWellFormed());
    const shell = fc.stringMatching(/^[ '"\\$`!*?~#&|;<>(){}[\]=\n\ta-c-]{0,12}$/);
    fc.assert(
      fc.property(fc.array(fc.oneof(text, shell), { minLength: 1, maxLength: 8 }), (words) => {
        const script = ["printf", "%s\\0", ...words].map(quote).join(" ");
        const said = execFileSync("sh", ["-c", script], { encoding: "utf8" });
        expect(said.split("\0").slice(0, -1)).toEqual(words);
      }),
      { numRuns: 200 },
    );
  });
});
