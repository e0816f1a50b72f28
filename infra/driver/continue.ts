import { activeRollout, rollouts } from "../ledger/rollouts.ts";
import { ConflictError, RefusedError } from "../model/errors.ts";
import type { Service } from "./context.ts";
import { replay } from "./replay.ts";

/**
 * Says that a pause is over: the driver that waits there goes on. Nothing is taken over.
 * @throws RefusedError when no rollout waits at a pause
 */
export async function continueRollout({ journal, clock }: Service): Promise<{ readonly rollout: string }> {
  for (;;) {
    const active = activeRollout(rollouts(journal.entries));
    if (!active) throw new RefusedError("no rollout is under way");
    const replayed = replay(journal.entries, clock);
    const state = replayed?.state;
    const index = state?.phase === "shifting" ? state.index : -1;
    if (replayed?.started.plan.steps[index]?.kind !== "pause")
      throw new RefusedError(`rollout ${active.id} of ${active.release.version} doesn't wait for a person`);
    try {
      await journal.append({ kind: "continued", rollout: active.id, index });
      return { rollout: active.id };
    } catch (error) {
      // Its driver lives and appends what it sees.
      if (!(error instanceof ConflictError) || (await journal.reread()).length === 0) throw error;
    }
  }
}
