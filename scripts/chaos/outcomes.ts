import type { Fault } from "./faults.ts";
import type { Phase } from "./hosts.ts";

/** How a rollout may end that was struck. */
export type End = "promoted" | "rolledBack" | "stranded";

/** How it may end; null where nothing is left to do that the fault could stand in the way of. */
type Outcomes = Readonly<Record<Fault["name"], readonly End[] | null>>;

/** Nobody could see that this host was prepared, leased, settled or brought back. */
const away: readonly End[] = ["rolledBack", "stranded"];
const back: readonly End[] = ["rolledBack"];
/** A look meets it, or comes after it was over, or needs nothing of what is missing. */
const either: readonly End[] = ["promoted", "rolledBack"];

/** From when the slot is filled until the markers have moved. */
const filled: Outcomes = {
  unreachable: away,
  "refusing config": null,
  "engine down": either,
  // Candidate, settled slot and gateway of that host end and come back.
  "engine restarted": either,
  // Docker starts the gateway again, with marker and lease as they are: too quick for a look to see, or not.
  "gateway killed": either,
  // A gateway that can't log shows no users: silence isn't health. A rollout whose watch was over is through.
  "disk full": either,
  slow: either,
};

/** Every phase with every fault; all that isn't said there is impossible. */
const table: Readonly<Record<Phase, Outcomes>> = {
  preparing: {
    ...filled,
    // Each release brings a changed route.
    "refusing config": back,
    "engine down": back,
    // Overlays can't be laid out.
    "disk full": back,
  },
  verifying: filled,
  "first step": filled,
  "last step": filled,
  promoting: filled,
  "going back": {
    unreachable: away,
    "refusing config": null,
    "engine down": back,
    "engine restarted": back,
    "gateway killed": back,
    "disk full": back,
    slow: back,
  },
};

/** Whether the fault stands in the way of anything in that phase. */
export function strikes(phase: Phase, fault: Fault["name"]): boolean {
  return table[phase][fault] !== null;
}

/**
 * What is impossible about an end, in words; none when it may be.
 * @param through whether the release was promoted before the fault struck: then that stays so
 */
export function impossible(phase: Phase, fault: Fault["name"], end: string, through: boolean): readonly string[] {
  const ends: readonly string[] = through ? ["promoted"] : (table[phase][fault] ?? []);
  if (ends.includes(end)) return [];
  return [
    `it ended as ${end}, and ${through ? "had been through" : `may only end as ${ends.join(" or ") || "nothing"}`}`,
  ];
}
