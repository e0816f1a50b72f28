import { momentOf, nextChange } from "../model/calendar.ts";
import { whyClosed } from "../model/calendar-words.ts";
import type { Plan } from "../model/plan.ts";
import type { Windows } from "../model/settings/windows.ts";
import type { RolloutState, StateIn } from "./state.ts";

type Held = StateIn<"verifying" | "shifting">;

/**
 * What becomes of a step from one state to the next while the plan's windows are closed. What goes back, goes back, and what
 * is being settled is settled: only more users for the candidate wait for a window. With the same state twice: what a driver
 * has to begin with that takes a rollout over.
 *
 * @param now Milliseconds of the steady clock.
 * @param today Milliseconds since the epoch.
 */
export function keepToWindows(
  plan: Plan,
  before: RolloutState,
  after: RolloutState,
  now: number,
  today: number = now,
): RolloutState {
  if (!isHoldable(before) || after.phase === "rollingBack") return after;
  const windows = closedNow(plan, today);
  if (windows === null) return released(after);
  const why = () => whyClosed(windows, today) ?? "";
  switch (windows.whenClosed) {
    case "finish":
      return after;
    case "goBack":
      if (before.phase === "verifying" && after.phase === "verifying") return after;
      return { phase: "rollingBack", reason: `its window has closed: ${why()}`, blamed: false, since: now };
    case "hold":
      return hold(before, after, why);
  }
}

/** Of checks that go on nothing is held: they give nobody to the candidate. */
function hold(before: Held, after: RolloutState, why: () => string): RolloutState {
  if (after.phase === "verifying") return after;
  const held = before.held ?? why();
  if (after.phase === "shifting" && before.phase === "shifting" && after.index === before.index)
    return { ...after, held };
  if (before.phase === "verifying") return { phase: "verifying", tries: 0, held };
  // A look that would lead on is a good one: whatever couldn't be seen before, is seen again.
  const { phase, index, since, strikes } = before;
  return { phase, index, since, strikes, held };
}

/** A candidate that was checked before a window closed is checked anew when one opens: it may have waited for days. */
function released(state: RolloutState): RolloutState {
  if (!isHoldable(state) || state.held === undefined) return state;
  if (state.phase === "verifying") return { phase: "verifying", tries: state.tries };
  const { phase, index, since, strikes, blindSince } = state;
  return { phase, index, since, strikes, ...(blindSince === undefined ? {} : { blindSince }) };
}

/** Whether a window has opened since a hold began, at a time in ISO 8601: then that one is over, whether anybody was there or not. */
export function openedSince({ windows }: Plan, heldAt: string, now: number): boolean {
  if (!windows || momentOf(windows, now).kind === "unknown") return false;
  const opensAt = nextChange(windows, Date.parse(heldAt), "open");
  return opensAt !== null && opensAt <= now;
}

/** With `recreate` users wait for as long as it takes: nothing is gained for them by not going through with it. */
function closedNow({ windows, strategy }: Plan, now: number): Windows | null {
  if (!windows || strategy === "recreate") return null;
  return momentOf(windows, now).kind === "open" ? null : windows;
}

function isHoldable(state: RolloutState): state is Held {
  return state.phase === "verifying" || state.phase === "shifting";
}
