import { describe, expect, it } from "vitest";
import { InputError } from "../model/errors.ts";
import { analysisSettings } from "../model/settings/analysis.ts";
import { parseAnalysis } from "./analysis.ts";

function problems(text: string): unknown {
  try {
    return parseAnalysis(text, "analysis.yaml");
  } catch (error) {
    return error instanceof InputError ? error.issues : error;
  }
}

describe("parseAnalysis", () => {
  it.each(["", "# nothing\n", "{}"])("an empty file has every default: %j", (text) => {
    expect(parseAnalysis(text, "analysis.yaml")).toEqual(analysisSettings.parse({}));
  });

  it("fills in what isn't said", () => {
    const { algorithm, rails, sequential } = parseAnalysis(
      "algorithm: ratio\nrails: { maxErrorPercent: 2 }\n",
      "a.yaml",
    );
    expect({ algorithm, errors: rails.maxErrorPercent, p95: rails.maxP95Ratio, alpha: sequential.alpha }).toEqual({
      algorithm: "ratio",
      errors: 2,
      p95: 1.3,
      alpha: 0.01,
    });
  });

  it("names every problem with key and line, and the judge's own keys", () => {
    expect(
      problems("algorithm: guess\nrails:\n  maxErrorRatio: 0.5\n  maxP95Ratoi: 2\nsequential: { alpha: no }\n"),
    ).toEqual([
      { key: "algorithm", message: 'expected "sequential", "mannWhitney" or "ratio", found "guess" (line 1)' },
      { key: "rails.maxErrorRatio", message: "expected a number of at least 1, found 0.5 (line 3)" },
      { key: "rails.maxP95Ratoi", message: 'unknown key; did you mean "maxP95Ratio"? (line 4)' },
      { key: "sequential.alpha", message: "expected a number, found a text (line 5)" },
    ]);
  });

  it("says where a text isn't YAML, and which key stands twice", () => {
    expect(problems("rails: {")).toMatchObject([{ message: expect.stringContaining("not YAML") as string }]);
    expect(problems("algorithm: ratio\nalgorithm: ratio\n")).toEqual([
      { key: "algorithm", message: "this key stands twice in one mapping (line 2)" },
    ]);
  });
});
