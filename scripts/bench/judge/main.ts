import type { Benchmark } from "../benchmark.ts";
import { type Cell, cells } from "./cells.ts";
import { contestants } from "./contestant.ts";
import { mean, runCell, type Tried } from "./run-cell.ts";

/** Canaries a cell at full size. */
const CANARIES = 1_000;
const SEED = 2_026;

/** Simulated canaries, judged by every rule side by side. */
export const judgeBenchmark: Benchmark = {
  name: "judge",
  about: "simulated canaries: what each rule rolls back, when, and what is promoted early",
  run: ({ scale }, say) => {
    const canaries = Math.max(1, Math.round(CANARIES * scale));
    const tried = cells.map((cell, index) => {
      say(`${cell.name}: ${canaries} canaries`);
      return { cell, rules: runCell(cell, contestants, canaries, SEED + index) };
    });
    const ours = tried.map(({ cell, rules }) => ({ cell, sluice: ruleOf(rules, "Sluice") }));
    return Promise.resolve({
      settings: { canaries, seed: SEED },
      results: tried.map(({ cell: { name }, rules }) => ({
        cell: name,
        rules: rules.map((rule, index) => ({ rule: contestants[index]?.name, ...rule })),
      })),
      tables: [
        {
          title: `Rolled back, % / mean minute; ${canaries} canaries a cell, a look every minute for 30 minutes`,
          head: ["canary", ...contestants.map(({ name }) => name), "prototype"],
          rows: tried.map(({ cell, rules }) => [cell.name, ...rules.map(flaggedWords), cell.prototype ?? ""]),
        },
        {
          title: "Promoted early by Sluice",
          head: ["canary", "%", "mean minute", "% within 5 minutes"],
          rows: ours.map(({ cell, sluice }) => [
            cell.name,
            figure(sluice.promoted),
            figure(sluice.promotionMinute),
            figure(sluice.promotedByFive),
          ]),
        },
      ],
      // A small sample says too little to hold anybody to the figures.
      failures: scale < 1 ? [] : ours.flatMap(({ cell, sluice }) => (cell.named ? notReached(cell, sluice) : [])),
    });
  },
};

/** Figures of the issue that a cell misses, in words. */
export function notReached({ name, kind, goal, scenario }: Cell, tried: Tried): readonly string[] {
  const failures: string[] = [];
  const { flagged, minutes, promoted, promotedByFive } = tried;
  if (kind === "good" && flagged > 1) failures.push(`${name}: ${figure(flagged)} % rolled back, expected at most 1 %`);
  if (kind === "good" && scenario.rate === 200 && promotedByFive < 95) {
    failures.push(`${name}: ${figure(promotedByFive)} % promoted within 5 minutes, expected 95 %`);
  }
  if (scenario.candidate.errors === 2 && promoted > 2) {
    failures.push(`${name}: ${figure(promoted)} % promoted wrongly, expected at most 2 %`);
  }
  if (goal && flagged < goal.percent) {
    failures.push(`${name}: ${figure(flagged)} % rolled back, expected ${goal.percent} %`);
  }
  if (goal?.minute !== undefined) {
    const first = minutes.slice(0, Math.max(1, Math.round(((goal.of ?? goal.percent) / flagged) * minutes.length)));
    const minute = mean(first);
    if (!(minute <= goal.minute)) {
      failures.push(`${name}: at minute ${figure(minute)} on average, expected ${goal.minute}`);
    }
  }
  return failures;
}

function ruleOf(rules: readonly Tried[], name: string): Tried {
  const tried = rules[contestants.findIndex((contestant) => contestant.name === name)];
  if (tried === undefined) throw new Error(`there is no rule ${name}`);
  return tried;
}

function flaggedWords({ flagged, minutes }: Tried): string {
  return minutes.length === 0 ? "0" : `${figure(flagged)} / ${figure(mean(minutes))}`;
}

function figure(value: number): string {
  return Number.isNaN(value) ? "" : Number(value.toFixed(1)).toString();
}
