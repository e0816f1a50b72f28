import { describe, expect, it } from "vitest";
import { add, closingLine, countRun, exitCode, type TestReport } from "./counts.ts";

const report = (passed: number, failed: number, ...files: [string, ...string[]][]): TestReport => ({
  numPassedTests: passed,
  numFailedTests: failed,
  testResults: files.map(([status, ...tests]) => ({
    status,
    assertionResults: tests.map((test) => ({ status: test })),
  })),
});

describe("countRun", () => {
  it.each<[string, number, TestReport | undefined, { passed: number; failed: number }]>([
    ["all passed", 0, report(2, 0, ["passed", "passed", "passed"]), { passed: 2, failed: 0 }],
    ["a test failed", 1, report(1, 1, ["failed", "passed", "failed"]), { passed: 1, failed: 1 }],
    ["a file couldn't be loaded", 1, report(1, 0, ["failed"], ["passed", "passed"]), { passed: 1, failed: 1 }],
    ["an error was thrown outside any test", 1, report(3, 0, ["passed", "passed"]), { passed: 3, failed: 1 }],
    ["no report was written", 1, undefined, { passed: 0, failed: 1 }],
    ["no report was written, and it says that all is well", 0, undefined, { passed: 0, failed: 1 }],
  ])("when %s", (_, code, given, counts) => {
    expect(countRun(code, given)).toEqual(counts);
  });
});

describe("the end of a run", () => {
  it("sums up on one line", () => {
    expect(
      closingLine(
        add([
          { passed: 3, failed: 0 },
          { passed: 20, failed: 1 },
        ]),
      ),
    ).toBe("23 passed, 1 failed");
  });

  it.each([
    [{ passed: 1, failed: 0 }, 0],
    [{ passed: 9, failed: 1 }, 1],
    [{ passed: 0, failed: 0 }, 1],
  ])("exits by %o with %i", (counts, code) => {
    expect(exitCode(counts)).toBe(code);
  });
});
