import type { Plan, Step } from "../model/plan.ts";
import type { Revision } from "../model/revision.ts";
import type { SlotName } from "../model/slot.ts";
import { shareInWords, shareOf } from "./share.ts";

/** What a plan with windows does that is still under way when they close. */
const closingText = {
  goBack: "should its window close before that, go back",
  hold: "should its window close before that, keep what the candidate has until the next one opens",
  finish: "go on, should its window close before that",
};

export interface Carried {
  readonly plan: Plan;
  readonly revision: Revision;
  readonly candidate: SlotName;
  readonly settled: SlotName | null;
}

/** What a rollout would do, an act a line. */
export function planInWords({ plan, revision, candidate, settled }: Carried): readonly string[] {
  const { health, watch } = plan;
  const hosts = Object.keys(revision.hosts).join(", ");
  return [
    `fill ${candidate} with ${revision.release.version} on ${hosts}${plan.strategy === "recreate" && settled ? ` after emptying ${settled}` : ""}`,
    `verify it privately: at most ${health.tries} tries, ${health.intervalSeconds} s apart`,
    ...plan.steps.map((step) => stepText(step, watch, settled ?? "no slot")),
    ...(plan.windows && plan.strategy !== "recreate" ? [closingText[plan.windows.whenClosed]] : []),
    `settle ${candidate}; ${settled ?? "nothing"} stays warm until the next rollout`,
  ];
}

function stepText(step: Step, watch: Plan["watch"], settled: string): string {
  const { maxMemoryPercent = false, maxCpuPercent = false } = watch;
  const most = [
    `${watch.maxErrorPercent} % errors`,
    `p95 ${watch.maxP95Milliseconds} ms`,
    ...(maxMemoryPercent === false ? [] : [`${maxMemoryPercent} % of its memory`]),
    ...(maxCpuPercent === false ? [] : [`${maxCpuPercent} % of its CPU`]),
  ];
  const limits = `above ${most.slice(0, -1).join(", ")} or ${most.at(-1)} it goes back to ${settled}`;
  const share = shareInWords(shareOf(step));
  switch (step.kind) {
    case "weight": {
      const bad = step.percent === 0 ? `it goes back when its private checks fail` : limits;
      return `give it ${share} for ${step.holdSeconds} s; ${bad}`;
    }
    case "analysis":
    case "shadow":
      return `give it ${share} until it is shown to be no worse than ${settled}, for ${step.minSeconds} to ${step.holdSeconds} s; worse goes back`;
    case "pause":
      return `wait with ${share} until a person says "sluice continue"; ${step.percent === 0 ? "private checks that fail" : "worse"} goes back`;
  }
}
