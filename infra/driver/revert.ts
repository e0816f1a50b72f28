import { permutation } from "../gateway/permutation.ts";
import { declared } from "../ledger/declared.ts";
import type { EventOf } from "../ledger/event.ts";
import { ConflictError, messageOf, UnknownError } from "../model/errors.ts";
import type { SlotName } from "../model/slot.ts";
import type { Observation } from "../rollout/state.ts";
import { carriedOut, onEveryHost, type Service } from "./context.ts";
import { digestLeft } from "./leaving.ts";
import { replay } from "./replay.ts";
import type { Outcome } from "./rollout.ts";
import { verifySettled } from "./routing.ts";
import { collect } from "./settle-down.ts";
import type { WayBack } from "./way-back.ts";

/**
 * Moves the markers back to the slot that is still warm. It is written down first, or spooled where the ledger doesn't
 * answer: a driver killed between two hosts would otherwise leave them apart, and nobody would know.
 * @throws UnknownError when the markers could not be moved on every host.
 */
export async function beginRevert(
  service: Service,
  { from, to }: Extract<WayBack, { kind: "warm" }>,
  reason: string,
): Promise<Outcome> {
  const { journal, clock } = service;
  const since = clock.now();
  const started = replay(journal.entries, since)?.started;
  const leaving = journal.entries.findLast(({ event }) => event.kind === "filled" && event.slot === from)?.event;
  const rollout = (leaving?.kind === "filled" ? leaving.rollout : started?.rollout) ?? "";
  const token = journal.next;
  const event: EventOf<"reverting"> = { kind: "reverting", rollout, from, to, reason };
  await journal.appendLater(event);
  return carryOutRevert(service, event, token, since);
}

/** Carries a revert out that is in the ledger, or goes on with one whose driver was killed. */
export async function carryOutRevert(
  service: Service,
  { rollout, from, to, reason }: EventOf<"reverting">,
  token: number,
  since: number,
): Promise<Outcome> {
  const { journal, clock, tell } = service;
  const { slots } = declared(journal.entries);
  const seen = await moveMarkers(service, token, to);
  if (seen.kind !== "healthy") {
    const why = "reason" in seen ? seen.reason : "";
    const back = await moveMarkers(service, token, from);
    if (back.kind !== "healthy") {
      const where = "reason" in back ? back.reason : "";
      const what = `the markers could be moved neither to ${to} (${why}) nor back to ${from} (${where}) on every host`;
      throw new UnknownError(`${what}; "sluice resume" goes on as soon as they answer`);
    }
    await journal.appendLater({ kind: "revertFailed", rollout, slot: from, reason: why });
    throw new UnknownError(`the markers could not be moved on every host, so they were moved back to ${from}: ${why}`);
  }
  const milliseconds = clock.now() - since;
  const version = slots[to]?.revision.release.version ?? "";
  tell("good", `All traffic is on ${to} (${version}), seen on every gateway after ${milliseconds} ms`);
  const quarantined = digestLeft(slots[from]?.revision ?? null, slots[to]?.revision ?? null);
  await journal.appendLater({ kind: "reverted", rollout, slot: to, reason, quarantined, milliseconds });
  await bringUpToDate(service);
  return { kind: "ended", rollout, state: { phase: "rolledBack", reason }, reverted: true };
}

/** On every host: no lease of the last rollout is left over, and the marker is on the slot. Seen on every gateway. */
async function moveMarkers(service: Service, token: number, slot: SlotName): Promise<Observation> {
  const started = replay(service.journal.entries, service.clock.now())?.started;
  const moved = await onEveryHost(service.hosts, async (host) => {
    if (started) await host.clear({ token, rollout: started.rollout });
    await host.settle(token, slot);
  });
  const done = carriedOut(moved);
  return done.kind === "healthy" ? verifySettled(service, slot, permutation(started?.plan.seed ?? "")) : done;
}

async function bringUpToDate(service: Service): Promise<void> {
  try {
    await service.engine.up(service.stack);
  } catch (error) {
    if (error instanceof ConflictError) throw error;
    service.tell("note", `The stack is not up to date yet, "sluice resume" brings it there: ${messageOf(error)}`);
    return;
  }
  await collect(service);
}
