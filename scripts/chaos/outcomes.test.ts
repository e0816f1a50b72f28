import { describe, expect, it } from "vitest";
import { impossible, strikes } from "./outcomes.ts";

describe("what may come of a fault", () => {
  it("is no promotion where a host can't be reached, unless that had been through", () => {
    expect(impossible("promoting", "unreachable", "stranded", false)).toEqual([]);
    expect(impossible("promoting", "unreachable", "promoted", false)).toEqual([
      "it ended as promoted, and may only end as rolledBack or stranded",
    ]);
    expect(impossible("promoting", "unreachable", "promoted", true)).toEqual([]);
    expect(impossible("promoting", "unreachable", "rolledBack", true)).toHaveLength(1);
  });

  it("is nothing where nobody changes a configuration any more", () => {
    expect(strikes("preparing", "refusing config")).toBe(true);
    expect(strikes("verifying", "refusing config")).toBe(false);
    expect(impossible("going back", "slow", "error", false)).toHaveLength(1);
  });
});
