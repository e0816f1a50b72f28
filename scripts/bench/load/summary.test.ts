import { describe, expect, it } from "vitest";
import { type LoadRecords, type Outcome, outcomes } from "./protocol.ts";
import { joined, moveTimes, summarize } from "./summary.ts";

/** One request every 10 ms, from 0 on; every second one a POST; it takes as many milliseconds as its number. */
function sent(...kinds: readonly Outcome[]): LoadRecords {
  return {
    sentAt: Float64Array.from(kinds, (_, index) => index * 10),
    endedAt: Float64Array.from(kinds, (_, index) => index * 10 + 4),
    milliseconds: Float32Array.from(kinds, (_, index) => index + 1),
    outcome: Uint8Array.from(kinds, (kind) => outcomes.indexOf(kind)),
    post: Uint8Array.from(kinds, (_, index) => index % 2),
    target: new Uint8Array(kinds.length),
    reasons: { ECONNRESET: kinds.filter((kind) => kind === "noAnswer").length },
  };
}

const move = (to: "blue" | "green", begunAt: number) => ({ to, begunAt, endedAt: begunAt + 1 });

describe("moveTimes", () => {
  it.each<[string, readonly Outcome[], readonly ReturnType<typeof move>[], readonly number[]]>([
    ["at once", ["blue", "green", "green"], [move("green", 5)], [0]],
    ["after the last request on the old slot", ["blue", "green", "blue", "green"], [move("green", 5)], [15]],
    ["after the last failed request", ["blue", "green", "noAnswer", "green"], [move("green", 5)], [15]],
    ["after a wrong answer", ["blue", "wrongAnswer", "green"], [move("green", 5)], [5]],
    ["never, when the last one still went elsewhere", ["blue", "green", "blue"], [move("green", 5)], [Infinity]],
    ["never, when none was sent", ["blue"], [move("green", 5)], [Infinity]],
    ["of each move by itself", ["blue", "green", "green", "blue"], [move("green", 5), move("blue", 15)], [0, 5]],
    [
      "whoever answers what is under way at the next",
      ["green", "green", "blue"],
      [move("green", -1), move("blue", 12)],
      [0, 0],
    ],
    ["whoever answered it wrongly", ["green", "blue", "blue"], [move("green", -1), move("blue", 12)], [0, 0]],
  ])("%s", (_, kinds, moves, expected) => {
    expect(moveTimes(sent(...kinds), moves)).toEqual(expected);
  });
});

describe("summarize", () => {
  it("counts failures by method, and takes times from answers only", () => {
    expect(summarize(sent("blue", "noAnswer", "wrongAnswer", "green", "green"))).toEqual({
      requests: 5,
      ratePerSecond: 125,
      failed: { get: 1, post: 1, reasons: { ECONNRESET: 1 } },
      answered: { blue: 1, green: 2 },
      p50Milliseconds: 4,
      p99Milliseconds: 5,
    });
  });

  it("adds up what was sent in parts", () => {
    const { requests, answered, failed } = summarize(joined([sent("blue", "noAnswer"), sent("noAnswer", "green")]));
    expect({ requests, answered, failed }).toEqual({
      requests: 4,
      answered: { blue: 1, green: 1 },
      failed: { get: 1, post: 1, reasons: { ECONNRESET: 2 } },
    });
  });
});
