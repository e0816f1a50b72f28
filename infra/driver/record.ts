import type { Revision } from "../model/revision.ts";
import { shareInWords, shareOf } from "../rollout/share.ts";
import { leasedPercent, type Observation, type RolloutState, type StateIn } from "../rollout/state.ts";
import { callForHelp } from "./by-hand.ts";
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
      else await recordHold(run, before, after);
      return;
    case "shifting": {
      await recordHold(run, before, after);
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
      await recordHold(run, before, after);
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
      await callForHelp(run, hosts, reason);
      return;
    }
    case "preparing":
    case "rollingBack":
      return;
  }
}

/** Says when a rollout is held until a window opens, and when it goes on: once each. */
export async function recordHold(run: Run, before: RolloutState, after: RolloutState): Promise<void> {
  const [was, is] = [heldOf(before), heldOf(after)];
  if (was !== undefined && is === undefined) run.tell("step", "A window is open: the rollout goes on");
  if (was !== undefined || is === undefined) return;
  run.tell("note", `Its window has closed, so it keeps to where it is: ${is}`);
  await run.journal.appendLater({ kind: "held", rollout: run.id, reason: is });
}

function heldOf(state: RolloutState): string | undefined {
  return state.phase === "verifying" || state.phase === "shifting" ? state.held : undefined;
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
}

/** Once a rollout: a driver that takes it over while it goes back goes on with that. */
async function recordGoingBack({ journal, id }: Run, reason: string, blamed: boolean): Promise<void> {
  if (!journal.has("rollingBack", id)) await journal.appendLater({ kind: "rollingBack", rollout: id, reason, blamed });
}

/** What serves, or served last, from the slot that was settled when the rollout started. */
function settledRevision({ journal, settled }: Run): Revision | null {
  return settled ? (previousFilling(journal.entries, settled)?.revision ?? null) : null;
}
