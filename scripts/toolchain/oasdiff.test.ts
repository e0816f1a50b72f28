import { describe, expect, it } from "vitest";
import { isFittingOasdiff } from "./oasdiff.ts";

describe("oasdiff on PATH", () => {
  it.each([
    ["oasdiff version v1.36.0\n", true],
    ["oasdiff version 1.41.2\n", true],
    ["oasdiff version 1.35.9\n", false],
    ["oasdiff version 2.0.0\n", false],
    ["oasdiff version main\n", false],
    ["", false],
  ])("that says %j: %s", (said, fits) => {
    expect(isFittingOasdiff(said)).toBe(fits);
  });
});
