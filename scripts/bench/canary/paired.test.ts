import { describe, expect, it } from "vitest";
import { normal, randomOf } from "../judge/random.ts";
import { paired, type Round } from "./paired.ts";

/** Rounds whose loads differ by chance, with a standard deviation of a tenth, and by `factor` in what is measured. */
function rounds(count: number, factor: number, stream: number): readonly Round[] {
  const random = randomOf(7, stream);
  const load = () => 2 * Math.exp(0.1 * normal(random));
  return Array.from({ length: count }, () => ({ without: load(), withoutAgain: load(), with: factor * load() }));
}

const shareWithin = (count: number, factor: number) =>
  Array.from({ length: 40 }, (_, stream) => paired(rounds(count, factor, stream))).filter((one) => one.withinNoise)
    .length / 40;

describe("a paired comparison", () => {
  it("finds no difference where there is none, nearly always", () => {
    expect(shareWithin(21, 1)).toBeGreaterThanOrEqual(0.9);
  });

  it("finds one that single rounds hide, and the more rounds the smaller it may be", () => {
    expect(shareWithin(21, 1.2)).toBeLessThanOrEqual(0.1);
    expect(shareWithin(5, 1.1)).toBeGreaterThan(shareWithin(41, 1.1));
  });

  it("says by how much, and between what nothing at all lies", () => {
    const round = { without: 2, withoutAgain: 2.2, with: 3 };
    expect(paired([round, round, round])).toEqual({
      ratio: 1.5,
      noise: [2 / 2.2, 2.2 / 2],
      added: 1,
      withinNoise: false,
    });
  });

  it("holds nothing against what is faster", () => {
    expect(paired([{ without: 2, withoutAgain: 2, with: 1 }]).withinNoise).toBe(true);
  });
});
