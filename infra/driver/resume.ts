import type { LedgerEvent } from "../ledger/event.ts";
import { activeRollout, rollouts, unfinishedRevert } from "../ledger/rollouts.ts";
import { RefusedError } from "../model/errors.ts";
import { isBlamed, isEnded, type RolloutState } from "../rollout/state.ts";
import { onEveryHost, type Run, type Service } from "./context.ts";
import { reconcile } from "./reconcile.ts";
import { replay, type Replayed } from "./replay.ts";
import { carryOutRevert } from "./revert.ts";
import { runOf, type Outcome } from "./rollout.ts";
import { carryThrough } from "./run.ts";

/** Takes over a rollout whose driver is gone, and ends it in the old or in the new state. */
export async function resumeRollout(service: Service): Promise<Outcome> {
  const { journal, clock } = service;
  await journal.catchUp();
  const revert = unfinishedRevert(journal.entries);
  if (revert) {
    const since = clock.now();
    const { sequence } = await journal.append({ kind: "resumed", rollout: revert.rollout });
    service.tell("step", `Taking over the way back from ${revert.from} to ${revert.to}`);
    return carryOutRevert(service, revert, sequence, since);
  }
  const open = unfinished(service);
  switch (open.kind) {
    case "none":
      return reconcile(service);
    case "requested":
      return giveUp(service, open.rollout);
    case "started":
      return takeOver(service, open.replayed, (state) =>
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
  const open = unfinished(service);
  switch (open.kind) {
    case "none":
      throw new RefusedError("no rollout is under way");
    case "requested":
      return giveUp(service, open.rollout);
    case "started":
      return takeOver(service, open.replayed, (state) => goingBack(service, state, reason));
  }
}

/** A person who stops a rollout doesn't say that its release is bad; what was seen of it before still holds. */
function goingBack({ clock }: Service, before: RolloutState, reason: string): RolloutState {
  return { phase: "rollingBack", reason, blamed: isBlamed(before), since: clock.now() };
}

type Unfinished =
  | { readonly kind: "none" }
  /** Its driver ended before it touched anything. */
  | { readonly kind: "requested"; readonly rollout: string }
  | { readonly kind: "started"; readonly replayed: Replayed };

function unfinished({ journal, clock }: Service): Unfinished {
  const active = activeRollout(rollouts(journal.entries));
  if (active && !active.startedAt) return { kind: "requested", rollout: active.id };
  const replayed = replay(journal.entries, clock.now());
  if (!replayed || (isEnded(replayed.state) && replayed.state.phase !== "stranded")) return { kind: "none" };
  return { kind: "started", replayed };
}

async function giveUp({ journal }: Service, rollout: string): Promise<Outcome> {
  await journal.append({ kind: "refused", rollout, reason: "its driver ended before it was started" });
  return { kind: "nothingToDo", reason: `${rollout} was requested and never started; nothing was touched` };
}

async function takeOver(
  service: Service,
  { started, state: before }: Replayed,
  from: (state: RolloutState) => RolloutState,
): Promise<Outcome> {
  const { sequence } = await service.journal.append({ kind: "resumed", rollout: started.rollout });
  const state = from(before);
  const version = started.revision.release.version;
  service.tell("step", `Taking over ${started.rollout} (${version}) in phase "${state.phase}"`);
  const run = runOf(service, started, sequence);
  const lapse = state.phase === "shifting" ? await lapseOf(run) : null;
  if (lapse) await service.journal.appendLater(lapse);
  return { kind: "ended", rollout: started.rollout, state: await carryThrough(run, state) };
}

async function lapseOf(run: Run): Promise<LedgerEvent | null> {
  const { done } = await onEveryHost(run.hosts, (host) => host.state());
  const lapsed = done.filter(({ value }) => value.leaseTicks === 0).map(({ host }) => host);
  if (lapsed.length === 0) return null;
  const reason = `nobody renewed the lease on ${lapsed.join(", ")}: all clients there were on the settled slot`;
  run.tell("note", reason);
  return { kind: "lapsed", rollout: run.id, reason };
}
