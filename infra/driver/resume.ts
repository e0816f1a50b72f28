import type { EventOf, LedgerEvent } from "../ledger/event.ts";
import { activeRollout, rollouts, unfinishedRevert } from "../ledger/rollouts.ts";
import { ConflictError, RefusedError } from "../model/errors.ts";
import { isBlamed, isEnded, type RolloutState } from "../rollout/state.ts";
import { onEveryHost, type Run, type Service } from "./context.ts";
import { unfinishedReason } from "./decide.ts";
import { hostsWith } from "./places.ts";
import { reconcile } from "./reconcile.ts";
import { replay, type Replayed } from "./replay.ts";
import { carryOutRevert } from "./revert.ts";
import { runOf, type Outcome } from "./rollout.ts";
import { carryThrough } from "./run.ts";

/** Takes over a rollout whose driver is gone, and ends it in the old or in the new state. */
export async function resumeRollout(service: Service): Promise<Outcome> {
  const since = service.clock.steady();
  const taken = await takeOver(service);
  switch (taken.kind) {
    case "none":
      return reconcile(service);
    case "requested":
      return givenUp(taken);
    case "revert":
      service.tell("step", `Taking over the way back from ${taken.revert.from} to ${taken.revert.to}`);
      return carryOutRevert(service, taken.revert, taken.token, since);
    case "started":
      return goOn(service, taken, (state) =>
        state.phase === "stranded" ? goingBack(service, state, state.reason) : state,
      );
  }
}

/**
 * Takes over a rollout, whether its driver lives or not, and brings the traffic back to the settled slot.
 * @throws RefusedError when none is under way
 */
export async function abortRollout(service: Service, reason: string): Promise<Outcome> {
  await service.journal.catchUp();
  const open = unfinished(service).kind;
  if (open === "revert") throw new RefusedError(unfinishedReason(service.journal.entries) ?? "");
  const taken = await takeOver(service);
  switch (taken.kind) {
    case "none":
    case "revert":
      throw new RefusedError("no rollout is under way");
    case "requested":
      return givenUp(taken);
    case "started":
      return goOn(service, taken, (state) => goingBack(service, state, reason));
  }
}

/** A person who stops a rollout doesn't say that its release is bad; what was seen of it before still holds. */
function goingBack({ clock }: Service, before: RolloutState, reason: string): RolloutState {
  return { phase: "rollingBack", reason, blamed: isBlamed(before), since: clock.steady() };
}

type Unfinished =
  | { readonly kind: "none" }
  /** Its driver ended before it touched anything. */
  | { readonly kind: "requested"; readonly rollout: string }
  | { readonly kind: "revert"; readonly rollout: string; readonly revert: EventOf<"reverting"> }
  | { readonly kind: "started"; readonly rollout: string; readonly replayed: Replayed };

/** What this driver has to end now, and the token by which hosts know it. */
type Taken = Exclude<Unfinished, { kind: "none" }> & { readonly token: number };

function unfinished({ journal, clock }: Service): Unfinished {
  const revert = unfinishedRevert(journal.entries);
  if (revert) return { kind: "revert", rollout: revert.rollout, revert };
  const active = activeRollout(rollouts(journal.entries));
  if (active && !active.startedAt) return { kind: "requested", rollout: active.id };
  const replayed = replay(journal.entries, clock);
  if (!replayed || (isEnded(replayed.state) && replayed.state.phase !== "stranded")) return { kind: "none" };
  return { kind: "started", rollout: replayed.started.rollout, replayed };
}

/**
 * Becomes the driver of what is unfinished. The driver before may live and append in this very moment: then what it has
 * come to is read anew.
 * @throws ConflictError when somebody else takes over at the same time
 */
async function takeOver(service: Service): Promise<Taken | { readonly kind: "none" }> {
  const { journal } = service;
  await journal.catchUp();
  for (;;) {
    const open = unfinished(service);
    if (open.kind === "none") return open;
    const { rollout } = open;
    try {
      const reason = "its driver ended before it was started";
      const event = open.kind === "requested" ? ({ kind: "refused", rollout, reason } as const) : null;
      const { sequence } = await journal.append(event ?? { kind: "resumed", rollout });
      return { ...open, token: sequence };
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error;
      const news = await journal.reread();
      if (news.length === 0 || news.some(({ event }) => event.kind === "resumed")) throw error;
    }
  }
}

function givenUp({ rollout }: { readonly rollout: string }): Outcome {
  return { kind: "nothingToDo", reason: `${rollout} was requested and never started; nothing was touched` };
}

async function goOn(
  service: Service,
  { replayed: { started, state: before }, token }: Extract<Taken, { kind: "started" }>,
  from: (state: RolloutState) => RolloutState,
): Promise<Outcome> {
  const state = from(before);
  const version = started.revision.release.version;
  service.tell("step", `Taking over ${started.rollout} (${version}) in phase "${state.phase}"`);
  const run = runOf(service, started, token);
  const lapsed = state.phase === "shifting" ? await lapsedOn(run) : [];
  if (lapsed.length > 0) await service.journal.appendLater(lapseOn(run, lapsed));
  return { kind: "ended", rollout: started.rollout, state: await carryThrough(run, state, lapsed) };
}

async function lapsedOn(run: Run): Promise<readonly string[]> {
  const { done } = await onEveryHost(hostsWith(run, run.candidate), (host) => host.state());
  return done.filter(({ value }) => value.leaseTicks === 0).map(({ host }) => host);
}

function lapseOn(run: Run, lapsed: readonly string[]): LedgerEvent {
  const reason = `nobody renewed the lease on ${lapsed.join(", ")}: all clients there were on the settled slot`;
  run.tell("note", reason);
  return { kind: "lapsed", rollout: run.id, reason };
}
