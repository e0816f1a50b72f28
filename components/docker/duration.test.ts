import { expect, it } from "vitest";
import { goDuration } from "./duration.ts";

it.each([
  [0, "0s"],
  [0.25, "250ms"],
  [1, "1s"],
  [1.5, "1.5s"],
  [60, "1m0s"],
  [90, "1m30s"],
  [3600, "1h0m0s"],
  [3661.5, "1h1m1.5s"],
])("writes %d seconds as %s, like Go", (seconds, text) => {
  expect(goDuration(seconds)).toBe(text);
});
