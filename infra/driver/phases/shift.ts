import type { Observation, StateIn } from "../../rollout/state.ts";
import type { JudgeState } from "../../analysis/judge/judge.ts";
import type { JudgeWindow } from "../../model/judge-window.ts";
import type { Plan, Step } from "../../model/plan.ts";
import type { Reading } from "../../model/reading.ts";
import type { Share } from "../../model/share.ts";
import { clientsPercent, shareOf } from "../../rollout/share.ts";
import { present, type Presence } from "../../rollout/presence.ts";
import { withUsage } from "../../rollout/usage.ts";
import { ConflictError, messageOf } from "../../model/errors.ts";
import type { Figures } from "../../rollout/verdict.ts";
import { carriedOut, inWords, type Run } from "../context.ts";
import type { Leases } from "../leases.ts";
import { limits } from "../limits.ts";
import { type Usages, UsageWatch } from "../usage-watch.ts";
import { count } from "./count.ts";
import { countCopies } from "./count-copies.ts";
import { begin, enter } from "./enter.ts";
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
  /** Step whose users are counted, -1 before the first; from then on whether or not it was seen to be on. */
  counted = -1;
  /** Requests in this step that are evidence: users', and the driver's own where the settings let them be. */
  requests = 0;
  /** Whether the candidate's users come to it in this step. */
  presence: Presence = present;
  /** Whether nobody is on the candidate until a window opens. */
  resting = false;
  readonly usage = new UsageWatch();

  /** What was seen while no user was on the candidate says little of what it makes of users. */
  beginWithUsers(): void {
    this.judge = null;
    this.reading = null;
  }

  beginStep(index: number): void {
    this.counted = index;
    this.requests = 0;
    this.presence = present;
  }
}

export interface Look {
  readonly seen: Observation;
  readonly figures: Readonly<Record<string, Figures>>;
  /** What the judge was given. */
  readonly window?: JudgeWindow;
  /** What the slots' containers used; not where no user and no copy comes to the candidate. */
  readonly usages?: Usages;
}

/** One look at a step: give the candidate its share on every host, wait, count what its users got. */
export async function shift(run: Run, state: StateIn<"shifting">, watch: Watch, leases: Leases): Promise<Look> {
  const step = run.plan.steps[state.index];
  const waited =
    step?.kind === "pause"
      ? await waitForPerson(run, state, leases)
      : state.held === undefined
        ? null
        : await waitForWindow(run, watch, leases);
  if (waited) return waited;
  watch.resting = false;
  const share = step ? shareOf(step) : 0;
  const leased = carriedOut(await leases.give(share));
  if (leased.kind !== "healthy") return blind(leased);
  let entered: Observation = { kind: "healthy" };
  const isFirst = watch.counted !== state.index;
  if (isFirst) {
    const begun = await beginToCount(run, state.index, share, watch);
    if (begun.kind !== "healthy") return blind(begun);
    entered = await enterStep(run, state.index, share, watch);
    if (entered.kind === "unhealthy" || entered.kind === "impossible") return blind(entered);
  }
  await pause(run, share === 0 ? undefined : () => watch.usage.ask(run));
  // Users are there whether or not it was seen that the step is on: they are counted, and it is tried again.
  if (!isFirst && watch.entered !== state.index) entered = await enterStep(run, state.index, share, watch);
  if (entered.kind === "impossible") return blind(entered);
  const look = { ...(await lookAtStep(run, watch, step, share)) };
  look.seen = unlessEntered(entered, look.seen);
  leases.check();
  if (step?.kind !== "pause" && state.held === undefined) leases.forgetLapsed();
  return share === 0 ? look : beside(run, look, watch.usage.take(run));
}

/** A look at users with what their containers used. */
function beside({ plan, candidate }: Run, look: Look, usages: Usages): Look {
  const own = usages.known.filter(({ slot }) => slot === candidate);
  return { ...look, seen: withUsage(plan.watch, look.seen, own), usages };
}

function isFirstWithUsers({ steps }: Plan, index: number): boolean {
  const [before, step] = [steps[index - 1], steps[index]];
  return before !== undefined && step !== undefined && clientsPercent(before) === 0 && clientsPercent(step) > 0;
}

/** Before a step is entered; once it is, users are on the candidate whatever is seen. */
async function beginToCount(run: Run, index: number, share: Share, watch: Watch): Promise<Observation> {
  if (isFirstWithUsers(run.plan, index)) watch.beginWithUsers();
  const begun = await begin(run, share, watch);
  if (begun.kind === "healthy") watch.beginStep(index);
  return begun;
}

async function enterStep(run: Run, index: number, share: Share, watch: Watch): Promise<Observation> {
  const entered = await enter(run, share);
  if (entered.kind !== "healthy") return entered;
  watch.entered = index;
  if (share !== 0) watch.usage.begin(run);
  return entered;
}

/** What users got counts as ever; good news of them doesn't make up for a step that wasn't seen to be on. */
function unlessEntered(entered: Observation, seen: Observation): Observation {
  if (entered.kind === "healthy" || !("reason" in entered)) return seen;
  if (seen.kind === "healthy" || seen.kind === "proven" || seen.kind === "continued") return entered;
  if (seen.kind !== "unknown") return seen;
  return { ...entered, reason: `${entered.reason}; ${seen.reason}` };
}

async function lookAtStep(run: Run, watch: Watch, step: Step | undefined, share: Share): Promise<Look> {
  if (typeof share === "object") return countCopies(run, watch);
  if (share > 0) return count(run, watch, step ?? { kind: "weight", percent: share });
  // Testers are no evidence: they are few, and try what users don't.
  return blind((await verify(run, null)).seen);
}

/** What a pause comes to without looking at users: it is over, or nobody is on the candidate since its lease ran out. */
async function waitForPerson(run: Run, { index, held }: StateIn<"shifting">, leases: Leases): Promise<Look | null> {
  const { journal, id } = run;
  await listen(run);
  const since = journal.entries.findLast(({ event }) => event.kind === "step" && event.rollout === id)?.sequence ?? 0;
  const later = journal.entries.filter(
    ({ event, sequence }) => sequence > since && "rollout" in event && event.rollout === id,
  );
  const goesOn = later.findLast(({ event }) => event.kind === "continued" && event.index === index);
  if (goesOn && held === undefined) return blind({ kind: "continued", reason: `${goesOn.by} said so` });
  if (!later.some(({ event }) => event.kind === "lapsed")) {
    if (leases.lapsed.length === 0) return null;
    await sayLapsed(run, leases);
  }
  return rest(run, leases);
}

/**
 * What a hold comes to: null while the candidate has its share, which it keeps. Once its lease ran out it would be given anew,
 * while no window is open: then nobody is on it until one opens.
 */
async function waitForWindow(run: Run, watch: Watch, leases: Leases): Promise<Look | null> {
  if (!watch.resting) {
    const held = run.journal.entries.findLast(({ event }) => event.kind === "held" && event.rollout === run.id);
    // A driver that rested or took over has said so already; the lease that keeps everybody off may still stand.
    const isSaid = run.journal.has("lapsed", run.id, held?.sequence);
    if (leases.lapsed.length === 0 && !isSaid) return null;
    if (!isSaid) await sayLapsed(run, leases);
    watch.resting = true;
    watch.entered = -1;
    watch.counted = -1;
  }
  await listen(run);
  return rest(run, leases);
}

async function sayLapsed(run: Run, { lapsed }: Leases): Promise<void> {
  const reason = `the lease had run out on ${lapsed.join(", ")}: the rollout waits with nobody on ${run.candidate}`;
  run.tell("note", reason);
  await run.journal.appendLater({ kind: "lapsed", rollout: run.id, reason });
}

async function rest(run: Run, leases: Leases): Promise<Look> {
  const left = await leases.rest();
  if (left.length > 0) run.tell("note", `The lease runs out by itself where it could not be ended: ${inWords(left)}`);
  await pause(run);
  return blind({ kind: "healthy", nobody: true });
}

/** Takes in what somebody said meanwhile. @throws ConflictError when a newer driver took over. */
export async function listen({ journal, tell }: Run): Promise<void> {
  await journal.listen().catch((error: unknown) => {
    if (error instanceof ConflictError) throw error;
    tell("note", `Nobody can be heard, so the rollout waits on: ${messageOf(error)}`);
  });
}

/** Until the next look. What a look needs and doesn't wait for is asked for shortly before it. */
async function pause({ clock, plan, signal }: Run, ask?: () => void): Promise<void> {
  const interval = plan.watch.intervalSeconds * 1000;
  const lead = ask ? Math.min(limits.usageLead, interval / 2) : 0;
  await clock.sleep(interval - lead, signal);
  if (!ask || signal.aborted) return;
  ask();
  await clock.sleep(lead, signal);
}

function blind(seen: Observation): Look {
  return { seen, figures: {} };
}
