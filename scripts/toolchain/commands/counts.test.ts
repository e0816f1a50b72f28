import { describe, expect, it } from "vitest";
import { add, closing, countCheck, countRun, exitCode, type TestReport } from "./counts.ts";

type File = readonly [status: string, ...tests: string[]];

const report = (passed: number, ...files: readonly File[]): TestReport => ({
  numPassedTests: passed,
  testResults: files.map(([status, ...tests], index) => ({
    name: `${index}.test.ts`,
    status,
    message: status === "failed" ? "can't be loaded" : "",
    assertionResults: tests.map((test, n) => ({
      status: test,
      fullName: `test ${n}`,
      failureMessages: test === "failed" ? ["expected 1, found 2"] : [],
    })),
  })),
});

describe("countRun", () => {
  it.each<[string, number, TestReport | undefined, { passed: number; failures: string[] }]>([
    ["all passed", 0, report(2, ["passed", "passed", "passed"]), { passed: 2, failures: [] }],
    [
      "a test failed",
      1,
      report(1, ["failed", "passed", "failed"]),
      { passed: 1, failures: ["0.test.ts: test 1\nexpected 1, found 2"] },
    ],
    [
      "a file couldn't be loaded",
      1,
      report(1, ["failed"], ["passed", "passed"]),
      { passed: 1, failures: ["0.test.ts: can't be loaded"] },
    ],
    [
      "an error was thrown outside any test",
      1,
      report(2, ["passed", "passed", "passed"]),
      { passed: 2, failures: ["unit: an error outside its tests, see above"] },
    ],
    ["no report was written", 1, undefined, { passed: 0, failures: ["unit: ended without a report"] }],
    ["none was, and it says that all is well", 0, undefined, { passed: 0, failures: ["unit: ended without a report"] }],
  ])("when %s", (_, code, given, counts) => {
    expect(countRun("unit", code, given)).toEqual(counts);
  });
});

describe("the end of a run", () => {
  it("says what failed once more, and sums up on the last line", () => {
    const counts = [countCheck("tsc", 0), countCheck("eslint", 2), countRun("unit", 0, report(20, ["passed"]))];
    expect(closing(add(counts))).toBe("FAILED eslint: exit code 2\n21 passed, 1 failed");
  });

  it.each([
    [{ passed: 1, failures: [] }, 0],
    [{ passed: 9, failures: ["a"] }, 1],
    [{ passed: 0, failures: [] }, 1],
  ])("exits by %o with %i", (counts, code) => {
    expect(exitCode(counts)).toBe(code);
  });
});
