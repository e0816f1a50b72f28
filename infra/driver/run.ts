import { ConflictError, messageOf } from "../model/errors.ts";
import { advance } from "../rollout/advance.ts";
import { isEnded, type RolloutState } from "../rollout/state.ts";
import { keepToWindows } from "../rollout/windows.ts";
import { stopped, type Run } from "./context.ts";
import { Leases } from "./leases.ts";
import { limits } from "./limits.ts";
import { look } from "./look.ts";
import { Watch } from "./phases/shift.ts";
import { record, recordHold, type Turn } from "./record.ts";
import { attest } from "./signing/attest.ts";
import { heedRejection } from "./signing/rejected.ts";
import { settleDown } from "./settle-down.ts";
import { unlessAborted } from "./unless-aborted.ts";

/**
 * Carries a rollout from `start` to an end state. Resumable: a killed one goes on from the state that its events tell.
 * @param lapsed hosts on which nobody had renewed the lease that `start` calls for
 * @throws ConflictError when another driver took the rollout over; this one has then changed nothing more.
 */
export async function carryThrough(
  run: Run,
  start: RolloutState,
  lapsed: readonly string[] = [],
): Promise<RolloutState> {
  const watch = new Watch();
  const leases = new Leases(run, lapsed);
  // Whoever takes it over outside of its windows gives nobody to the candidate before that is known.
  let state = keepToWindows(run.plan, start, start, run.clock.steady(), run.clock.now());
  // Nor while somebody has said no since.
  state = heedRejection(run, state, state, run.clock.steady());
  try {
    // From the bad verdict on; what lies between it and the first call to the hosts is memory work only.
    let decidedAt = run.clock.steady();
    let writing: Promise<void> = Promise.resolve();
    if (state.phase !== "rollingBack") await recordHold(run, start, state);
    else if (start.phase !== "rollingBack") startRollingBack(run, state.reason, decidedAt);
    while (!isEnded(state)) {
      const seen = await look(run, state, watch, leases);
      const now = run.clock.steady();
      const next = heedRejection(run, state, advance(run.plan, state, seen, now, run.clock.now()), now);
      if (next.phase === "rollingBack") {
        leases.end();
        if (state.phase === "rollingBack") await run.clock.sleep(limits.rollbackInterval);
        else decidedAt = startRollingBack(run, next.reason, now);
        state = next;
        continue;
      }
      const before = state;
      // In order: nothing is written before what a person didn't wait for.
      await writing;
      const turn = { before, after: next, seen, milliseconds: now - decidedAt };
      const recording = record(run, turn);
      writing = recording.catch(onlyConflicts);
      writing.catch(() => undefined);
      state = await recorded(run, turn, recording);
      if (state.phase === "rollingBack") {
        leases.end();
        decidedAt = startRollingBack(run, state.reason, run.clock.steady());
      } else if (state.phase === "verifying" && before.phase === "verifying") {
        await run.clock.sleep(run.plan.health.intervalSeconds * 1000, run.signal);
      }
    }
  } finally {
    leases.end();
  }
  await settleDown(run, state);
  if (state.phase === "promoted") await attest(run);
  return state;
}

/** Towards the settled slot: act first. What was decided is appended once the traffic is back. */
function startRollingBack(run: Run, reason: string, now: number): number {
  run.tell("bad", `Going back: ${reason}`);
  return now;
}

function onlyConflicts(error: unknown): void {
  if (error instanceof ConflictError) throw error;
}

/**
 * The next state once it is in the ledger. What can't be written down away from the settled slot isn't done, nor what a person
 * stops meanwhile; but what the ledger may have as settled is waited for.
 */
async function recorded(run: Run, turn: Turn, recording: Promise<void>): Promise<RolloutState> {
  const { after, before } = turn;
  const since = () => run.clock.steady();
  try {
    if (isEnded(after) || before.phase === "rollingBack") await recording;
    else if (
      (await unlessAborted(
        run,
        recording.then(() => true),
      )) === null
    )
      return { phase: "rollingBack", reason: stopped, blamed: false, since: since() };
    return after;
  } catch (error) {
    if (error instanceof ConflictError || isEnded(before)) throw error;
    const reason = `the ledger did not take it: ${messageOf(error)}`;
    return { phase: "rollingBack", reason, blamed: false, since: since() };
  }
}
