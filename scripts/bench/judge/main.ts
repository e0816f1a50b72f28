import { InputError } from "../../../infra/model/errors.ts";
import type { Benchmark, BenchOptions, BenchTable } from "../benchmark.ts";
import { type Cell, cells, moreCells } from "./cells.ts";
import { type Contestant, contestants, variants } from "./contestant.ts";
import { notReached } from "./not-reached.ts";
import { runCell, type Tried } from "./run-cell.ts";
import { againstPrototype, promoted, rolledBack, type Row } from "./tables.ts";

/** Canaries a cell at full size. */
const CANARIES = 1_000;
const SEED = 2_026;

/** Simulated canaries, judged by every rule side by side. */
export const judgeBenchmark: Benchmark = {
  name: "judge",
  about: "simulated canaries: what each rule rolls back, when, and what is promoted early",
  run: (options, say) => {
    const { scale, seed = SEED, more = false } = options;
    const canaries = Math.max(1, Math.round(CANARIES * scale));
    const rules = more ? variants : contestants;
    const all = more ? moreCells : cells;
    const rows = chosen(all, options).map((cell): Row => {
      say(`${cell.name}: ${canaries} canaries`);
      return { cell, tried: runCell(cell, rules, canaries, seed + all.indexOf(cell)) };
    });
    const ours = rows.map(({ cell, tried }) => ({ cell, sluice: ruleOf(rules, tried) }));
    return Promise.resolve({
      settings: { canaries, seed, more },
      results: rows.map(({ cell: { name }, tried }) => ({
        cell: name,
        rules: tried.map((rule, index) => ({ rule: rules[index]?.name, ...rule })),
      })),
      tables: tablesOf(rows, rules, canaries),
      // A small sample says too little to hold anybody to the figures.
      failures: scale < 1 ? [] : ours.flatMap(({ cell, sluice }) => (cell.named ? notReached(cell, sluice) : [])),
    });
  },
};

/** @throws InputError for a name that no cell has */
function chosen(all: readonly Cell[], { cells: names }: BenchOptions): readonly Cell[] {
  if (names === undefined) return all;
  return names.map((name) => {
    const found = all.find((cell) => cell.name === name);
    if (found) return found;
    throw new InputError(
      `there is no canary "${name}"; there are:`,
      all.map((one) => ({ key: "", message: one.name })),
    );
  });
}

function tablesOf(rows: readonly Row[], rules: readonly Contestant[], canaries: number): readonly BenchTable[] {
  const own = rules.flatMap(({ name }, index) => (name.startsWith("Sluice") ? [{ name, index }] : []));
  const sluice = own[0]?.index ?? 0;
  return [
    rolledBack(rows, rules, canaries),
    ...(rows.some(({ cell }) => cell.prototype !== undefined) ? [againstPrototype(rows, sluice)] : []),
    ...own.map(({ name, index }) => promoted(rows, name, index)),
  ];
}

function ruleOf(rules: readonly Contestant[], tried: readonly Tried[]): Tried {
  const found = tried[rules.findIndex(({ name }) => name === "Sluice")];
  if (found === undefined) throw new Error("Sluice is not among the rules");
  return found;
}
