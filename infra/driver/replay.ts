import type { Entry, EventOf } from "../ledger/event.ts";
import { isBlamed, type RolloutState } from "../rollout/state.ts";
import { openedSince } from "../rollout/windows.ts";
import type { Clock } from "./ports.ts";

/** What the ledger says of the last rollout that was started: everything a driver needs to go on with it. */
export interface Replayed {
  readonly started: EventOf<"started">;
  readonly state: RolloutState;
}

/**
 * Folds a stream into its last started rollout and the state in which its driver was; null when none was started. Times that
 * an earlier driver measured mean nothing to this one: whatever lasts begins anew.
 */
export function replay(entries: readonly Entry[], clock: Pick<Clock, "now" | "steady">): Replayed | null {
  const started = entries.findLast(({ event }) => event.kind === "started")?.event;
  if (started?.kind !== "started") return null;
  const [now, today] = [clock.steady(), clock.now()];
  let state: RolloutState = { phase: "preparing" };
  for (const { event, at } of entries) {
    if (!("rollout" in event) || event.rollout !== started.rollout) continue;
    if (event.kind !== "held") state = after(state, event, now);
    else if (!openedSince(started.plan, at, today)) state = held(state, event.reason);
  }
  return { started, state };
}

function held(state: RolloutState, reason: string): RolloutState {
  return state.phase === "verifying" || state.phase === "shifting" ? { ...state, held: reason } : state;
}

function after(state: RolloutState, event: Exclude<Entry["event"], { kind: "held" }>, now: number): RolloutState {
  switch (event.kind) {
    case "prepared":
      return { phase: "verifying", tries: 0 };
    case "step":
      // The hold starts anew: nobody watched while there was no driver.
      return { phase: "shifting", index: event.index, since: now, strikes: 0 };
    case "promoting":
      return { phase: "promoting" };
    case "rollingBack":
      return { phase: "rollingBack", reason: event.reason, blamed: event.blamed ?? true, since: now };
    case "promoted":
    case "reverted":
      return { phase: "promoted" };
    case "rolledBack":
      return { phase: "rolledBack", reason: event.reason, blamed: isBlamed(state) };
    case "stranded": {
      const reason = state.phase === "rollingBack" ? state.reason : event.reason;
      return { phase: "stranded", reason, blamed: isBlamed(state) };
    }
    case "requested":
    case "gate":
    case "refused":
    case "started":
    case "resumed":
    case "filled":
    case "emptied":
    case "verified":
    case "observation":
    case "reverting":
    case "revertFailed":
    case "lapsed":
    case "continued":
    case "drifted":
    case "decided":
    case "attested":
    case "answered":
    case "asked":
    case "excepted":
    case "quarantineLifted":
    case "notified":
    case "unnotified":
      return state;
  }
}
