import type { Revision } from "../model/revision.ts";
import { shareInWords, shareOf } from "../rollout/share.ts";
import { leasedPercent, type Observation, type RolloutState, type StateIn } from "../rollout/state.ts";
import { callForHelp, callOff } from "./by-hand.ts";
import type { Run } from "./context.ts";
import { previousFilling } from "./fillings.ts";
import { digestLeft } from "./leaving.ts";
import { hostsOf } from "./places.ts";

/** One step of a rollout, from state to state. */
export interface Turn {
  readonly before: RolloutState;
  readonly after: RolloutState;
  readonly seen: Observation;
  /** From the bad verdict to what was seen now. */
  readonly milliseconds: number;
}

/** Appends what a step means. */
export async function record(run: Run, turn: Turn): Promise<void> {
  const { journal, id: rollout, candidate } = run;
  const { before, after } = turn;
  for (const event of run.afterwards.splice(0)) await journal.appendLater(event);
  switch (after.phase) {
    case "verifying":
      if (before.phase !== "verifying") await journal.append({ kind: "prepared", rollout });
      return;
    case "shifting": {
      if (before.phase === "shifting" && before.index === after.index) return;
      const { index } = after;
      const step = run.plan.steps[index];
      await journal.append({ kind: "step", rollout, index, percent: leasedPercent(run.plan, after) });
      if (step?.kind === "pause")
        run.tell(
          "step",
          `Waiting with ${shareInWords(shareOf(step))} on ${candidate}: "sluice continue ${run.environment} ${run.name}" goes on, "sluice abort" goes back`,
        );
      return;
    }
    case "promoting":
      await journal.append({ kind: "promoting", rollout, slot: candidate });
      run.tell("step", `Settling ${candidate} on every host`);
      return;
    case "promoted": {
      const left = run.purpose === "rollback" ? digestLeft(settledRevision(run), run.revision) : null;
      await journal.append({ kind: "promoted", rollout, slot: candidate, ...(left ? { quarantined: left } : {}) });
      return;
    }
    case "rolledBack":
      await recordRolledBack(run, after, turn.milliseconds);
      return;
    case "stranded": {
      const { reason, blamed } = after;
      const hosts = "hosts" in turn.seen ? (turn.seen.hosts ?? []) : hostsOf(run).map(({ name }) => name);
      await recordGoingBack(run, "reason" in before ? before.reason : reason, blamed);
      await journal.appendLater({ kind: "stranded", rollout, reason, hosts: [...hosts] });
      await callForHelp(run, hosts, reason);
      return;
    }
    case "preparing":
    case "rollingBack":
      return;
  }
}

async function recordRolledBack(
  run: Run,
  { reason, blamed }: StateIn<"rolledBack">,
  milliseconds: number,
): Promise<void> {
  const { journal, id: rollout, settled, revision } = run;
  run.tell("good", `All traffic is on ${settled ?? "no slot"} again, seen on every gateway after ${milliseconds} ms`);
  const left = run.purpose === "rollout" ? digestLeft(revision, settledRevision(run)) : null;
  if (left && !blamed) run.tell("note", `${revision.release.version} was not seen to be bad: it isn't quarantined`);
  await recordGoingBack(run, reason, blamed);
  const quarantined = blamed ? left : null;
  await journal.appendLater({ kind: "rolledBack", rollout, settled, reason, quarantined, milliseconds });
  await callOff(run);
}

/** Once a rollout: a driver that takes it over while it goes back goes on with that. */
async function recordGoingBack({ journal, id }: Run, reason: string, blamed: boolean): Promise<void> {
  if (!journal.has("rollingBack", id)) await journal.appendLater({ kind: "rollingBack", rollout: id, reason, blamed });
}

/** What serves, or served last, from the slot that was settled when the rollout started. */
function settledRevision({ journal, settled }: Run): Revision | null {
  return settled ? (previousFilling(journal.entries, settled)?.revision ?? null) : null;
}
