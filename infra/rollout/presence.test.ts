import { expect, it } from "vitest";
import { addPresence, isMissed, present } from "./presence.ts";

/** Looks of `[candidate, settled]` requests at a share, and whether the candidate's users are missed after them. */
it.each<[string, number, readonly (readonly [number, number])[], boolean]>([
  ["its share comes", 10, Array(30).fill([2, 18]), false],
  ["nobody asks anybody", 10, Array(30).fill([0, 0]), false],
  ["few stay away for a while", 10, Array(99).fill([0, 18]), false],
  ["few stay away for long", 10, Array(100).fill([0, 18]), true],
  ["many stay away at once", 10, [[0, 1800]], true],
  ["a few clients make most requests", 10, Array(30).fill([5, 900]), false],
  ["less than a fiftieth comes", 10, Array(30).fill([1, 900]), true],
  [
    "they are back",
    10,
    [
      [0, 1800],
      [20, 1800],
    ],
    false,
  ],
  [
    "they stay away again",
    10,
    [
      [20, 180],
      [0, 1800],
    ],
    true,
  ],
  ["all of them are on it", 100, Array(30).fill([0, 50]), false],
])("%s", (_what, percent, looks, missed) => {
  const seen = looks.reduce(
    (before, [candidate, settled]) => addPresence(before, { candidate, settled }, percent),
    present,
  );
  expect(isMissed(seen, 20)).toBe(missed);
});
