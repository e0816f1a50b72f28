import type { BenchTable } from "../benchmark.ts";
import type { Cell } from "./cells.ts";
import type { Contestant } from "./contestant.ts";
import { mean, type Tried } from "./run-cell.ts";

/** One cell, and what each rule did in it. */
export interface Row {
  readonly cell: Cell;
  readonly tried: readonly Tried[];
}

export function rolledBack(rows: readonly Row[], rules: readonly Contestant[], canaries: number): BenchTable {
  return {
    title: `Rolled back, % / mean minute; ${canaries} canaries a cell, a look every minute for 30 minutes`,
    head: ["canary", ...rules.map(({ name }) => name), "prototype"],
    rows: rows.map(({ cell, tried }) => [cell.name, ...tried.map(flaggedWords), cell.prototype ?? ""]),
  };
}

/** Whoever finds more of the bad ones finds the others later: so both minutes, of all and of as many. */
export function againstPrototype(rows: readonly Row[], index: number): BenchTable {
  return {
    title: "Sluice beside the prototype, % / mean minute",
    head: ["canary", "prototype", "Sluice, all that it found", "the first as many as the prototype"],
    rows: rows.flatMap(({ cell: { name, goal, prototype = "" }, tried }) => {
      const sluice = tried[index];
      if (!goal || !sluice) return [];
      const of = Math.min(sluice.flagged, goal.of ?? goal.percent);
      return [[name, prototype, flaggedWords(sluice), `${figure(of)} / ${figure(mean(firstOf(sluice, of)))}`]];
    }),
  };
}

export function promoted(rows: readonly Row[], name: string, index: number): BenchTable {
  return {
    title: `Promoted early by ${name}`,
    head: ["canary", "%", "mean minute", "% within 5 minutes"],
    rows: rows.map(({ cell, tried }) => {
      const { promoted, promotionMinute, promotedByFive } = tried[index] ?? nothing;
      return [cell.name, figure(promoted), figure(promotionMinute), figure(promotedByFive)];
    }),
  };
}

/** Minutes of the earliest canaries that were flagged, `percent` of all canaries. */
export function firstOf({ flagged, minutes }: Tried, percent: number): readonly number[] {
  return minutes.slice(0, Math.max(1, Math.round((percent / flagged) * minutes.length)));
}

export function figure(value: number): string {
  return Number.isNaN(value) ? "" : Number(value.toFixed(1)).toString();
}

const nothing = { promoted: NaN, promotionMinute: NaN, promotedByFive: NaN };

function flaggedWords({ flagged, minutes }: Tried): string {
  return minutes.length === 0 ? "0" : `${figure(flagged)} / ${figure(mean(minutes))}`;
}
