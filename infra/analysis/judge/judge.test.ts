import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { JudgeWindow } from "../../model/judge-window.ts";
import { initial, judge, judgeAll } from "./judge.ts";
import { against, last, minute, minutes, settingsOf, signalOf, type SlotSketch } from "./testing/windows.ts";

const settings = settingsOf();
const good = { requests: 1_200, errors: 6 };
const usual = { requests: 10_800, errors: 54 };

describe("a good candidate", () => {
  it("is not promoted before five minutes of watching, and is then", () => {
    const answers = judgeAll(settings, minutes(6, good, usual)).map(({ answer }) => answer);
    expect(answers).toEqual([...new Array<string>(4).fill("notEnough"), "betterOrEqual", "betterOrEqual"]);
  });

  it("is shown with its figures", () => {
    const { reason, requests, signals } = last(settings, minutes(5, good, usual));
    expect(requests).toEqual({ candidate: 6_000, settled: 54_000 });
    expect(reason).toBe(
      "no difference that matters in 6,000 requests against 54,000; odds of x2 and more are excluded for errors and for latency",
    );
    expect(signals).toHaveLength(11);
    expect(signalOf({ signals } as never, "harm by errors").words).toMatch(
      /^candidate 30 of 6,000 \(0.500 %\), settled 270 of 54,000 \(0.500 %\), odds x1.00; evidence against x2 /,
    );
  });

  it("is promoted only where its errors speak against harm, not wherever harm at the limit is unlikely", () => {
    const promoted = (errors: number) => {
      const verdict = last(settings, minutes(5, { requests: 3_600, errors }, { requests: 32_400, errors: 162 }));
      const { words } = signalOf(verdict, "harm by errors");
      expect(words).toContain("or 1.5 to 1 and a chance of so few at any look so far at x2 below 1.94 %, which it is");
      return verdict.answer;
    };
    // Both have less than 2 % at twice the odds; the latter's odds, 1.5 times, are nearer to that than to equal.
    expect([promoted(24), promoted(27)]).toEqual(["betterOrEqual", "notEnough"]);
  });

  it("stays undecided for as long as little traffic tells little", () => {
    const { answer, reason } = last(settings, minutes(30, { requests: 12 }, { requests: 108 }));
    expect(answer).toBe("notEnough");
    expect(reason).toContain("not yet excluded: harm by errors");
  });

  it("that is better never counts as worse", () => {
    const verdict = last(settings, minutes(30, { ...good, errors: 0, slow: 0.5 }, { ...usual, errors: 540 }));
    expect(verdict.answer).toBe("betterOrEqual");
    expect(against(verdict)).toEqual([]);
  });
});

describe("a candidate that is worse", () => {
  it.each<[string, SlotSketch, string]>([
    ["errors", { requests: 1_200, errors: 18 }, "errors worse by more than x1.25"],
    ["errors, by their ratio", { requests: 1_200, errors: 18 }, "rail: errors x1.5"],
    ["latency", { ...good, slow: 1.25 }, "latency worse by more than x1.25"],
    ["p95, by its ratio", { ...good, slow: 1.4 }, "rail: p95 x1.3"],
    ["errors, by their share", { requests: 1_200, errors: 100 }, "rail: errors above 5 %"],
    ["p95, by its time", { ...good, slow: 15 }, "rail: p95 above 2000 ms"],
  ])("is found by its %s, and it stays so", (_, candidate, signal) => {
    const windows = [...minutes(10, candidate, usual), ...minutes(40, good, usual).slice(10)];
    const verdicts = judgeAll(settings, windows);
    expect(against(verdicts[9] as never)).toContain(signal);
    expect(verdicts.findIndex(({ answer }) => answer === "worse")).toBeLessThan(6);
    const [first, end] = [verdicts.find(({ answer }) => answer === "worse"), verdicts.at(-1)];
    expect(end).toMatchObject({ answer: "worse", reason: first?.reason });
  });

  it("is found at the first look when a fifth of the requests fail, within two seconds of traffic", () => {
    const [window] = minutes(1, { requests: 40, errors: 8 }, { requests: 360, errors: 2 });
    expect(last(settings, [{ ...(window as JudgeWindow), seconds: 2 }]).answer).toBe("worse");
  });

  it("is found when the fault sets in after half an hour", () => {
    const windows = [...minutes(30, good, usual), ...minutes(45, { ...good, errors: 24, slow: 1.3 }, usual).slice(30)];
    const verdicts = judgeAll(settings, windows);
    const found = verdicts.findIndex(({ answer }) => answer === "worse");
    expect(found).toBeGreaterThanOrEqual(30);
    expect(found).toBeLessThan(35);
  });

  it("below the margins counts for nothing, however sure", () => {
    const much = {
      candidate: { requests: 100_000, errors: 550, slow: 1.05 },
      settled: { requests: 900_000, errors: 4_500 },
    };
    const verdict = last(settings, minutes(30, much.candidate, much.settled));
    expect(against(verdict)).toEqual([]);
  });

  it("whose percentiles are hardly higher isn't slower, however many answers exceed them", () => {
    const windows = minutes(10, { ...good, slow: 1.25 }, usual);
    const rails = { maxP95Ratio: 2 };
    const tolerant = settingsOf({ rails, sequential: { latencyMargin: 1.7 } });
    expect(against(last(settingsOf({ rails }), windows))).toEqual(["latency worse by more than x1.25"]);
    expect(against(last(tolerant, windows))).toEqual([]);
  });

  it("that takes a few milliseconds longer isn't slower, however many times that is", () => {
    const fast = (milliseconds: number, requests: number) => {
      const of = [1, 2, 3, 4, 6, 9, 12, 15, 20, 30, 50];
      const counts = of.map((bound) => (bound === milliseconds ? requests : 0));
      return { requests, errors: 0, latency: { boundsMilliseconds: of, counts: [...counts, 0] } };
    };
    const windows = (slow: number) =>
      minutes(10, good, usual).map((window) => ({
        ...window,
        slots: { candidate: fast(slow, 1_200), settled: fast(6, 10_800) },
      }));
    expect(against(last(settings, windows(12)))).toEqual([]);
    expect(against(last(settings, windows(30)))).toContain("rail: p95 x1.3");
    const strict = settingsOf({ sequential: { latencyMarginMilliseconds: 0 } });
    expect(against(last(strict, windows(12)))).toContain("rail: p95 x1.3");
  });

  it("has absolute limits also where no settled slot serves, and is never promoted there", () => {
    const nobody = { requests: 0 };
    expect(against(last(settings, minutes(5, { requests: 1_200, errors: 120 }, nobody)))).toEqual([
      "rail: errors above 5 %",
    ]);
    expect(against(last(settings, minutes(5, { requests: 1_200, slow: 15 }, nobody)))).toEqual([
      "rail: p95 above 2000 ms",
    ]);
    expect(last(settings, minutes(30, { requests: 120_000, slow: 0.01 }, nobody))).toMatchObject({
      answer: "notEnough",
      reason: "the settled slot got no requests, so there is nothing to compare with",
    });
  });
});

describe("a disturbance of both slots", () => {
  const failing = (at: number): JudgeWindow =>
    minute(at, { requests: 1_200, errors: 240, slow: 30 }, { requests: 10_800, errors: 2_160, slow: 30 });

  it("rolls nothing back, though every absolute limit is broken", () => {
    const windows = [...minutes(3, good, usual), ...[4, 5, 6, 7].map(failing), ...minutes(12, good, usual).slice(7)];
    const verdicts = judgeAll(settings, windows);
    expect(verdicts.flatMap(against)).toEqual([]);
    expect(verdicts.at(-1)?.answer).toBe("betterOrEqual");
  });

  it("excludes no harm: how it splits says nothing of the candidate itself", () => {
    const few = { requests: 60 };
    const windows = [...minutes(4, few, { requests: 540, errors: 3 }), failing(5), failing(6), failing(7)];
    expect(last(settings, windows)).toMatchObject({ answer: "notEnough" });
    expect(signalOf(last(settings, windows), "harm by errors").says).toBe("open");
  });

  it("doesn't hide a fault of the candidate's own", () => {
    const windows = [
      ...minutes(3, good, usual),
      ...[4, 5, 6, 7].map(failing),
      ...minutes(15, { ...good, errors: 24 }, usual).slice(7),
    ];
    expect(last(settings, windows).answer).toBe("worse");
  });

  it.each([
    ["at 10 % of the requests", { requests: 12, errors: 9 }, { requests: 108, errors: 1 }],
    ["at 50 %", { requests: 60, errors: 24 }, { requests: 60, errors: 0 }],
  ])(
    "isn't taken for one where the candidate alone fails so much, however few the requests: %s",
    (_, broken, settled) => {
      const healthy = (at: number): JudgeWindow =>
        minute(at, { ...broken, errors: 0 }, { ...settled, errors: at % 2 === 0 ? 1 : 0 });
      const windows = [...[1, 2, 3, 4, 5, 6].map(healthy), ...[7, 8].map((at) => minute(at, broken, settled))];
      expect(judgeAll(settings, windows).map(({ answer }) => answer)).toEqual([
        ...Array<string>(6).fill("notEnough"),
        "worse",
        "worse",
      ]);
    },
  );

  it("doesn't drown a small one, before or after: it isn't among what the errors' ratio is tested by", () => {
    const [candidate, settled] = [
      { requests: 120, errors: 2 },
      { requests: 1_080, errors: 5 },
    ];
    const failing = (at: number): JudgeWindow =>
      minute(at, { requests: 120, errors: 26 }, { requests: 1_080, errors: 221 });
    const all = minutes(20, candidate, settled);
    const answers = (windows: readonly JudgeWindow[]) => judgeAll(settings, windows).map(({ answer }) => answer);
    const undisturbed = answers(all).indexOf("worse");
    expect(undisturbed).toBeGreaterThan(3);
    const disturbed = [...all.slice(0, 2), ...[3, 4, 5, 6].map(failing), ...all.slice(6)];
    expect(answers(disturbed).indexOf("worse")).toBeLessThanOrEqual(undisturbed + 6);
    expect(signalOf(last(settings, disturbed), "rail: errors x1.5").says).toBe("worse");
  });
});

describe("too little to go by", () => {
  it.each<[string, SlotSketch, SlotSketch, string]>([
    ["no requests at all", { requests: 0 }, { requests: 0 }, "the candidate got no requests"],
    ["none to the candidate", { requests: 0 }, usual, "the candidate got no requests"],
    [
      "none to the settled slot",
      good,
      { requests: 0 },
      "the settled slot got no requests, so there is nothing to compare with",
    ],
  ])("%s is not enough evidence, for hours", (_, candidate, settled, reason) => {
    const verdicts = judgeAll(settings, minutes(200, candidate, settled));
    expect(new Set(verdicts.map(({ answer }) => answer))).toEqual(new Set(["notEnough"]));
    expect(verdicts.at(-1)?.reason).toBe(reason);
  });

  it("a window in which a slot had no requests is no watched time", () => {
    const windows = minutes(20, good, usual).map((window, index) =>
      index % 4 === 0 ? window : minute(index + 1, { requests: 0 }, usual),
    );
    const verdicts = judgeAll(settings, windows);
    expect(verdicts[15]?.reason).toContain("240 s watched");
    expect(verdicts[16]?.answer).toBe("betterOrEqual");
  });

  it("latencies that have no bound in common leave latency open, and errors are judged", () => {
    const strange = { ...usual, bounds: [33, 66, 133] };
    expect(last(settings, minutes(30, { ...good, slow: 3 }, strange))).toMatchObject({ answer: "notEnough" });
    expect(against(last(settings, minutes(30, { ...good, errors: 24 }, strange)))).toContain("rail: errors x1.5");
  });

  it("bounds that only some are the same are compared by those", () => {
    const coarse = { ...usual, bounds: [100, 300, 1_000] };
    expect(last(settings, minutes(10, good, coarse)).answer).toBe("betterOrEqual");
    expect(against(last(settings, minutes(10, { ...good, slow: 1.5 }, coarse)))).toContain(
      "latency worse by more than x1.25",
    );
  });
});

const sketches = fc.record({
  requests: fc.integer({ min: 0, max: 400 }),
  failing: fc.double({ min: 0, max: 0.2, noNaN: true }),
  slow: fc.double({ min: 0.5, max: 4, noNaN: true }),
});
const histories = fc.array(fc.tuple(sketches, sketches), { minLength: 1, maxLength: 8 }).map((pairs) =>
  pairs.map(([candidate, settled], index) => {
    const [a, b] = [candidate, settled].map(({ requests, failing, slow }) => ({
      requests,
      errors: Math.floor(requests * failing),
      slow,
    }));
    return minute(index + 1, a as SlotSketch, b as SlotSketch);
  }),
);

describe.each(["sequential", "mannWhitney", "ratio"] as const)("the state of %s", (algorithm) => {
  const chosen = settingsOf({ algorithm, mannWhitney: { windows: 3 }, ratio: { windows: 2 } });

  it("is plain JSON: a driver that reads it back goes on as if it had never stopped", () => {
    fc.assert(
      fc.property(histories, (windows) => {
        let [kept, read] = [initial(chosen), initial(chosen)];
        for (const window of windows) {
          const [one, other] = [judge(chosen, kept, window), judge(chosen, read, window)];
          expect(other.verdict).toEqual(one.verdict);
          kept = one.state;
          read = JSON.parse(JSON.stringify(other.state)) as typeof kept;
          expect(read).toEqual(kept);
        }
      }),
      { numRuns: 30 },
    );
  });

  it("never shows a figure that isn't one, and never takes a verdict of worse back", () => {
    fc.assert(
      fc.property(histories, (windows) => {
        const verdicts = judgeAll(chosen, windows);
        for (const { reason, signals } of verdicts) {
          expect([reason, ...signals.map(({ words }) => words)].join()).not.toMatch(/NaN|undefined|Infinity/);
        }
        const worse = verdicts.findIndex(({ answer }) => answer === "worse");
        if (worse >= 0) expect(verdicts.slice(worse).every(({ answer }) => answer === "worse")).toBe(true);
      }),
      { numRuns: 30 },
    );
  });
});
