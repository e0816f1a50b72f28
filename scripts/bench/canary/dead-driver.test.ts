import { describe, expect, it } from "vitest";
import { figuresOf } from "./dead-driver.ts";

const seen = (at: number, version: string, failure = "") => ({ at, version, failure, slot: "", gateway: "" });

describe("a driver's death, as users see it", () => {
  it("ends with the candidate's last answer", () => {
    const all = [
      seen(0, "1.0.0"),
      seen(900, "1.1.0"),
      seen(1_000, "1.1.0"),
      seen(30_000, "1.1.0"),
      seen(31_500, "1.0.0", "POST answers 502"),
      seen(35_000, "1.1.0"),
      seen(50_000, "1.0.0"),
    ];
    expect(figuresOf(all, "1.1.0", 1_000)).toEqual({
      requests: 7,
      requestsPerSecond: 0.14,
      failed: 1,
      onCandidate: 2,
      settledAfterSeconds: 34,
    });
  });

  it("shows when no user was on the candidate", () => {
    expect(figuresOf([seen(0, "1.0.0"), seen(9_000, "1.0.0")], "1.1.0", 1_000)).toMatchObject({
      onCandidate: 0,
      settledAfterSeconds: 0,
    });
  });
});
