import { describe, expect, it } from "vitest";
import { cells, moreCells } from "./cells.ts";
import { contestants } from "./contestant.ts";
import { judgeBenchmark } from "./main.ts";
import { notReached } from "./not-reached.ts";
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
    expect(tables[1]?.rows.map(([name]) => name)).toEqual(cells.flatMap(({ name, goal }) => (goal ? [name] : [])));
    expect(failures).toEqual([]);
  });

  const run = (options: Partial<Parameters<typeof judgeBenchmark.run>[0]>) =>
    judgeBenchmark.run({ scale: 0.02, ratePerSecond: 1, ...options }, () => {});

  it("draws other canaries by another seed, the same by the same, and those of a cell whatever cells are asked for", async () => {
    const name = "errors x4, 2/s";
    const first = await run({ cells: [name] });
    expect(first.tables[0]?.rows).toHaveLength(1);
    expect(await run({ cells: ["errors x2, 2/s", name], seed: 2_026 })).toMatchObject({
      results: [{ cell: "errors x2, 2/s" }, ...(first.results as object[])],
    });
    expect((await run({ cells: [name], seed: 3 })).results).not.toEqual(first.results);
    expect(() => run({ cells: ["good, 3/s"] })).toThrow(
      /there is no canary "good, 3\/s"; there are:\n {2}good, 2\/s\n/,
    );
  });

  it("shows more where asked, and no prototype that wasn't there", async () => {
    const { tables } = await run({ scale: 0.002, more: true });
    expect(tables.map(({ title }) => title.split(";")[0])).toEqual([
      "Rolled back, % / mean minute",
      "Promoted early by Sluice",
      "Promoted early by Sluice, promotionAlpha 3 %",
    ]);
    expect(tables[2]?.rows.map(([name]) => name)).toEqual(moreCells.map(({ name }) => name));
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
