import type { Cell } from "./cells.ts";
import { mean, type Tried } from "./run-cell.ts";
import { figure, firstOf } from "./tables.ts";

/** Figures of the issue that a cell misses, in words. */
export function notReached({ name, kind, goal, scenario }: Cell, tried: Tried): readonly string[] {
  const failures: string[] = [];
  const { flagged, promoted, promotedByFive } = tried;
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
  if (goal) {
    const minute = mean(firstOf(tried, goal.of ?? goal.percent));
    if (!(minute <= goal.minute)) {
      failures.push(`${name}: at minute ${figure(minute)} on average, expected ${goal.minute}`);
    }
  }
  return failures;
}
