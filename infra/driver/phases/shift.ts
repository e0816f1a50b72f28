import type { Observation, StateIn } from "../../rollout/state.ts";
import type { Figures } from "../../rollout/verdict.ts";
import { carriedOut, type Run } from "../context.ts";
import type { Leases } from "../leases.ts";
import { count } from "./count.ts";
import { enter } from "./enter.ts";

/** What is carried from one look to the next. */
export class Watch {
  /** Step whose routing was verified, -1 before the first. */
  entered = -1;
  /** Why the last private look was not healthy. */
  reason = "";
  /** Position in each host's access log. */
  readonly cursors = new Map<string, string>();
}

export interface Look {
  readonly seen: Observation;
  readonly figures: Readonly<Record<string, Figures>>;
}

/** One look at a step: give the candidate its share on every host, wait, count what its users got. */
export async function shift(run: Run, state: StateIn<"shifting">, watch: Watch, leases: Leases): Promise<Look> {
  const percent = run.plan.steps[state.index]?.percent ?? 0;
  const leased = carriedOut(await leases.give(percent));
  if (leased.kind !== "healthy") return blind(leased);
  if (watch.entered !== state.index) {
    // A step that looked bad on entering is given as long as any look before it is tried again.
    if (state.strikes > 0) await pause(run);
    const entered = await enter(run, percent, watch);
    if (entered.kind !== "healthy") return blind(entered);
    watch.entered = state.index;
  }
  await pause(run);
  const look = await count(run, watch);
  leases.check();
  return look;
}

function pause(run: Run): Promise<void> {
  return run.clock.sleep(run.plan.watch.intervalSeconds * 1000, run.signal);
}

function blind(seen: Observation): Look {
  return { seen, figures: {} };
}
