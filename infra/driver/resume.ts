import { declared } from "../ledger/declared.ts";
import { activeRollout, rollouts } from "../ledger/rollouts.ts";
import { RefusedError } from "../model/errors.ts";
import { isEnded, type RolloutState } from "../rollout/state.ts";
import { onEveryHost, type Service } from "./context.ts";
import { declareEmpty } from "./empty.ts";
import { replay } from "./replay.ts";
import { runOf, type Outcome } from "./rollout.ts";
import { carryThrough } from "./run.ts";

/** Takes over a rollout whose driver is gone, and ends it in the old or in the new state. */
export async function resumeRollout(service: Service): Promise<Outcome> {
  return takeOver(service, (state) => state);
}

/** Takes over a rollout, whether its driver lives or not, and brings the traffic back to the settled slot. */
export async function abortRollout(service: Service, reason: string): Promise<Outcome> {
  const outcome = await takeOver(service, (state) => ({
    phase: "rollingBack",
    reason,
    since: sinceOf(state, service),
  }));
  if (outcome.kind === "nothingToDo") throw new RefusedError(outcome.reason);
  return outcome;
}

async function takeOver(service: Service, from: (state: RolloutState) => RolloutState): Promise<Outcome> {
  const { journal, tell } = service;
  const active = activeRollout(rollouts(journal.entries));
  const replayed = replay(journal.entries, service.clock.now());
  if (active && !active.startedAt) {
    await journal.append({ kind: "refused", rollout: active.id, reason: "its driver ended before it was started" });
    return { kind: "nothingToDo", reason: `${active.release.version} was requested and never started` };
  }
  if (!replayed || (isEnded(replayed.state) && replayed.state.phase !== "stranded")) return finish(service);
  const { started } = replayed;
  const { sequence } = await journal.append({ kind: "resumed", rollout: started.rollout });
  const state: RolloutState =
    replayed.state.phase === "stranded"
      ? { phase: "rollingBack", reason: replayed.state.reason, since: service.clock.now() }
      : from(replayed.state);
  tell("step", `Taking over ${started.rollout} (${started.revision.release.version}) in phase "${state.phase}"`);
  await noteLapse(service, state);
  return {
    kind: "ended",
    rollout: started.rollout,
    state: await carryThrough(runOf(service, started, sequence), state),
  };
}

/** No rollout is under way; its driver may have been killed before the stack was brought to what the ledger says. */
async function finish(service: Service): Promise<Outcome> {
  const { journal, engine, stack } = service;
  const { settled, slots } = declared(journal.entries);
  const last = rollouts(journal.entries).at(-1);
  const left = last?.outcome === "rolledBack" && last.candidate !== settled ? last.candidate : null;
  if (last && left && slots[left]?.revisionHash === last.revisionHash) await declareEmpty(service, left, last.id);
  const changes = await engine.up(stack);
  const changed = Object.entries(changes).some(([operation, count]) => operation !== "same" && count > 0);
  return {
    kind: "nothingToDo",
    reason: changed ? "no rollout was under way; the stack was brought up to date" : "no rollout is under way",
  };
}

async function noteLapse(service: Service, state: RolloutState): Promise<void> {
  if (state.phase !== "shifting") return;
  const { done } = await onEveryHost(service.hosts, (host) => host.state());
  const lapsed = done.filter(({ value }) => value.leaseTicks === 0).map(({ host }) => host);
  if (lapsed.length === 0) return;
  service.tell("note", `The lease had lapsed on ${lapsed.join(", ")}: all clients were on the settled slot`);
}

function sinceOf(state: RolloutState, service: Service): number {
  return state.phase === "rollingBack" ? state.since : service.clock.now();
}
