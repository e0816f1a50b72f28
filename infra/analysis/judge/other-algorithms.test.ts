import { describe, expect, it } from "vitest";
import { judgeAll } from "./judge.ts";
import { against, last, minute, minutes, settingsOf } from "./testing/windows.ts";

const good = { requests: 1_200, errors: 6 };
const usual = { requests: 10_800, errors: 54 };

describe("Kayenta's judge", () => {
  const settings = settingsOf({ algorithm: "mannWhitney", mannWhitney: { windows: 10 } });
  /** Errors that vary from window to window, as a confidence interval needs them. */
  const varied = (count: number, errors: number, slow = 1) =>
    Array.from({ length: count }, (_, index) =>
      minute(
        index + 1,
        { requests: 1_200, errors: errors + (index % 5), slow: slow * (1 + 0.02 * (index % 3)) },
        { requests: 10_800, errors: 54 + 9 * (index % 4), slow: 1 + 0.02 * (index % 4) },
      ),
    );

  it("decides from its first number of windows on, and not before", () => {
    const answers = judgeAll(settings, varied(11, 6)).map(({ answer }) => answer);
    expect(answers).toEqual([...new Array<string>(9).fill("notEnough"), "betterOrEqual", "betterOrEqual"]);
  });

  it("scores the metrics that are not high: one of two is below marginal", () => {
    const verdict = last(settings, varied(12, 24));
    expect(verdict).toMatchObject({ answer: "worse" });
    expect(verdict.reason).toMatch(/^score 50 \(passes from 95, fails below 75\); errors: shift 1\.\d+ points/);
    expect(against(last(settings, varied(12, 6, 1.4)))).toEqual(["p95"]);
  });

  it("is marginal between its scores: not enough evidence", () => {
    const lenient = settingsOf({ algorithm: "mannWhitney", mannWhitney: { windows: 10, marginal: 40 } });
    expect(last(lenient, varied(12, 24)).answer).toBe("notEnough");
  });

  it("finds nothing high in a candidate that is better", () => {
    expect(last(settings, varied(12, 0, 0.5)).answer).toBe("betterOrEqual");
  });

  it("counts only windows with requests in both slots", () => {
    const verdict = last(settings, minutes(40, { requests: 0 }, usual));
    expect(verdict).toMatchObject({
      answer: "notEnough",
      reason: "0 windows with requests in both slots, the first decision is at 10",
    });
  });
});

describe("the ratio rule", () => {
  const settings = settingsOf({ algorithm: "ratio", ratio: { windows: 5 } });

  it.each([
    ["errors x1.5", { requests: 1_200, errors: 10 }],
    ["p95 x1.3", { ...good, slow: 1.4 }],
    ["errors above 5 %", { requests: 1_200, errors: 70 }],
    ["p95 above 2000 ms", { ...good, slow: 15 }],
  ])("is broken by %s", (rule, candidate) => {
    expect(against(last(settings, minutes(5, candidate, usual)))).toContain(rule);
    expect(last(settings, minutes(4, candidate, usual)).answer).toBe("notEnough");
  });

  it("is kept by a candidate within all ratios", () => {
    expect(last(settings, minutes(5, { requests: 1_200, errors: 8, slow: 1.1 }, usual)).answer).toBe("betterOrEqual");
  });

  it.each([
    ["candidate", { requests: 0 }, usual],
    ["settled slot", good, { requests: 0 }],
  ])("has nothing to compare without requests to the %s", (_, candidate, settled) => {
    expect(last(settings, minutes(9, candidate, settled))).toMatchObject({ answer: "notEnough" });
  });
});
