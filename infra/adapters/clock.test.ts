import { expect, it } from "vitest";
import { systemClock } from "./clock.ts";

it("counts whole milliseconds, which limits of time are made of, and never back", () => {
  const seen = Array.from({ length: 1_000 }, () => systemClock.steady());
  expect(seen.every(Number.isInteger)).toBe(true);
  expect(seen).toEqual(seen.toSorted((a, b) => a - b));
});
