import { describe, expect, it } from "vitest";
import { cells } from "./cells.ts";
import { contestants } from "./contestant.ts";
import { judgeBenchmark, notReached } from "./main.ts";
import type { Tried } from "./run-cell.ts";

const cell = (name: string) => {
  const found = cells.find((one) => one.name === name);
  if (found === undefined) throw new Error(`there is no cell ${name}`);
  return found;
};
const tried: Tried = { flagged: 0, minutes: [], promoted: 0, promotionMinute: NaN, promotedByFive: 0 };

describe("npm run bench:judge", () => {
  it("shows every rule side by side for every canary, however few", async () => {
    const { tables, failures } = await judgeBenchmark.run({ scale: 0.002, ratePerSecond: 1 }, () => {});
    expect(tables[0]?.head).toEqual(["canary", ...contestants.map(({ name }) => name), "prototype"]);
    expect(tables[0]?.rows.map(([name]) => name)).toEqual(cells.map(({ name }) => name));
    expect(failures).toEqual([]);
  });
});

describe("what isn't reached", () => {
  it.each<[string, string, Partial<Tried>, string]>([
    ["a good release too often rolled back", "good, 2/s", { flagged: 1.1 }, "1.1 % rolled back, expected at most 1 %"],
    [
      "too few promoted soon",
      "good, 200/s",
      { promotedByFive: 94.9 },
      "94.9 % promoted within 5 minutes, expected 95 %",
    ],
    ["bad ones promoted", "errors x2, 20/s", { promoted: 2.1 }, "2.1 % promoted wrongly, expected at most 2 %"],
    ["too few found", "errors x4, 2/s", { flagged: 49, minutes: [1] }, "49 % rolled back, expected 50 %"],
    [
      "found too late",
      "errors x4, 20/s",
      { flagged: 100, minutes: [5, 6, 9] },
      "at minute 6.7 on average, expected 6.2",
    ],
  ])("%s", (_, name, figures, failure) => {
    expect(notReached(cell(name), { ...tried, ...figures })).toEqual([`${name}: ${failure}`]);
  });

  it("compares like with like: the first of as many as the prototype found", () => {
    const found = { ...tried, flagged: 74, minutes: [12, 20, 25, 30] };
    expect(notReached(cell("errors x4, 2/s"), found)).toEqual([]);
    expect(notReached(cell("errors x4, 2/s"), { ...found, minutes: [14, 20, 25, 30] })).toHaveLength(1);
  });
});
