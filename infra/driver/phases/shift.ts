import type { Observation, StateIn } from "../../rollout/state.ts";
import type { JudgeState } from "../../analysis/judge/judge.ts";
import type { JudgeWindow } from "../../model/judge-window.ts";
import type { Plan, Step } from "../../model/plan.ts";
import type { Reading } from "../../model/reading.ts";
import type { Share } from "../../model/share.ts";
import { clientsPercent, shareOf } from "../../rollout/share.ts";
import { ConflictError, messageOf } from "../../model/errors.ts";
import type { Figures } from "../../rollout/verdict.ts";
import { carriedOut, type Run } from "../context.ts";
import type { Leases } from "../leases.ts";
import { count } from "./count.ts";
import { countCopies } from "./count-copies.ts";
import { enter } from "./enter.ts";
import { verify } from "./verify.ts";

/** What is carried from one look to the next. */
export class Watch {
  /** Step whose routing was verified, -1 before the first. */
  entered = -1;
  /** Why the last private look was not healthy. */
  reason = "";
  /** Position in each host's access log. */
  readonly cursors = new Map<string, string>();
  /** What the judge knows of the rollout; null before its first window. */
  judge: JudgeState | null = null;
  /** What a metrics source said last. */
  reading: Reading | null = null;
  /** When users' requests were counted last. */
  countedAt = 0;
  /** The driver's own requests to the candidate that count beside its users'. */
  toppedUp = 0;

  /** What was seen while no user was on the candidate says little of what it makes of users. */
  beginWithUsers(): void {
    this.judge = null;
    this.reading = null;
    this.toppedUp = 0;
  }
}

export interface Look {
  readonly seen: Observation;
  readonly figures: Readonly<Record<string, Figures>>;
  /** What the judge was given. */
  readonly window?: JudgeWindow;
}

/** One look at a step: give the candidate its share on every host, wait, count what its users got. */
export async function shift(run: Run, state: StateIn<"shifting">, watch: Watch, leases: Leases): Promise<Look> {
  const step = run.plan.steps[state.index];
  if (step?.kind === "pause") {
    const paused = await waitForPerson(run, state, leases);
    if (paused) return blind(paused);
  }
  const share = step ? shareOf(step) : 0;
  const leased = carriedOut(await leases.give(share));
  if (leased.kind !== "healthy") return blind(leased);
  if (watch.entered !== state.index) {
    // A step that looked bad on entering is given as long as any look before it is tried again.
    if (state.strikes > 0) await pause(run);
    if (isFirstWithUsers(run.plan, state.index)) watch.beginWithUsers();
    const entered = await enter(run, share, watch);
    if (entered.kind !== "healthy") return blind(entered);
    watch.entered = state.index;
  }
  await pause(run);
  const look = await lookAtStep(run, watch, step?.kind ?? "weight", share);
  leases.check();
  return look;
}

function isFirstWithUsers({ steps }: Plan, index: number): boolean {
  const [before, step] = [steps[index - 1], steps[index]];
  return before !== undefined && step !== undefined && clientsPercent(before) === 0 && clientsPercent(step) > 0;
}

async function lookAtStep(run: Run, watch: Watch, kind: Step["kind"], share: Share): Promise<Look> {
  if (typeof share === "object") return countCopies(run, watch);
  if (share > 0) return count(run, watch, kind);
  // Testers are no evidence: they are few, and try what users don't.
  return blind((await verify(run, null)).seen);
}

/** What a pause comes to without looking at users: it is over, or nobody is on the candidate since its lease ran out. */
async function waitForPerson(run: Run, { index }: StateIn<"shifting">, leases: Leases): Promise<Observation | null> {
  const { journal, id } = run;
  await journal.listen().catch((error: unknown) => {
    if (error instanceof ConflictError) throw error;
    run.tell("note", `Nobody can be heard, so the rollout waits on: ${messageOf(error)}`);
  });
  const since = journal.entries.findLast(({ event }) => event.kind === "step" && event.rollout === id)?.sequence ?? 0;
  const later = journal.entries.filter(
    ({ event, sequence }) => sequence > since && "rollout" in event && event.rollout === id,
  );
  const goesOn = later.findLast(({ event }) => event.kind === "continued" && event.index === index);
  if (goesOn) return { kind: "continued", reason: `${goesOn.by} said so` };
  if (!later.some(({ event }) => event.kind === "lapsed")) {
    if (leases.lapsed.length === 0) return null;
    const reason = `the lease had run out on ${leases.lapsed.join(", ")}: the rollout waits with nobody on ${run.candidate}`;
    run.tell("note", reason);
    await journal.appendLater({ kind: "lapsed", rollout: id, reason });
  }
  leases.rest();
  await pause(run);
  return { kind: "healthy" };
}

function pause(run: Run): Promise<void> {
  return run.clock.sleep(run.plan.watch.intervalSeconds * 1000, run.signal);
}

function blind(seen: Observation): Look {
  return { seen, figures: {} };
}
