import { declared } from "../ledger/declared.ts";
import type { EventOf } from "../ledger/event.ts";
import { ConflictError, messageOf, UnknownError } from "../model/errors.ts";
import { bringUp } from "./bring-up.ts";
import { inWords, type Service } from "./context.ts";
import { digestLeft } from "./leaving.ts";
import { moveMarkers, type Moved } from "./markers.ts";
import { replay } from "./replay.ts";
import type { Outcome } from "./rollout.ts";
import { collect } from "./settle-down.ts";
import type { WayBack } from "./way-back.ts";

/**
 * Moves the markers back to the slot that is still warm. It is written down first, or spooled where the ledger doesn't
 * answer: a driver killed between two hosts would otherwise leave them apart, and nobody would know.
 * @throws UnknownError when the markers were not seen on the slot on every host
 */
export async function beginRevert(
  service: Service,
  { from, to }: Extract<WayBack, { kind: "warm" }>,
  reason: string,
): Promise<Outcome> {
  const { journal, clock } = service;
  const since = clock.steady();
  const started = replay(journal.entries, clock)?.started;
  const leaving = journal.entries.findLast(({ event }) => event.kind === "filled" && event.slot === from)?.event;
  const rollout = (leaving?.kind === "filled" ? leaving.rollout : started?.rollout) ?? "";
  const token = journal.next;
  const event: EventOf<"reverting"> = { kind: "reverting", rollout, from, to, reason };
  await journal.appendLater(event);
  return carryOutRevert(service, event, token, since);
}

/**
 * Carries a revert out that is in the ledger, or goes on with one that was left open. A host that can't be asked holds no
 * other up: the others go back at once, and the revert stays open until that one has, too. A host that answers and
 * refuses brings all of them back to where they were: hosts that answer are never left apart.
 * @throws UnknownError when the markers were not seen on the slot on every host
 */
export async function carryOutRevert(
  service: Service,
  revert: EventOf<"reverting">,
  token: number,
  since: number,
): Promise<Outcome> {
  const { journal, clock, tell } = service;
  const { rollout, from, to, reason } = revert;
  const { slots } = declared(journal.entries);
  const moved = await moveMarkers(service, token, to);
  if (moved.refusing.length > 0) return moveBack(service, revert, token, inWords([...moved.refusing, ...moved.away]));
  const version = slots[to]?.revision.release.version ?? "";
  if (moved.away.length > 0) {
    throw new UnknownError(leftOpen(moved, `${to} (${version})`, `${from} (${slots[from]?.revision.release.version})`));
  }
  const milliseconds = clock.steady() - since;
  tell("good", `All traffic is on ${to} (${version}), seen on every gateway after ${milliseconds} ms`);
  const quarantined = digestLeft(slots[from]?.revision ?? null, slots[to]?.revision ?? null);
  await journal.appendLater({ kind: "reverted", rollout, slot: to, reason, quarantined, milliseconds });
  await bringUpToDate(service);
  return { kind: "ended", rollout, state: { phase: "rolledBack", reason, blamed: true }, reverted: true };
}

async function moveBack(
  service: Service,
  { rollout, from, to }: EventOf<"reverting">,
  token: number,
  why: string,
): Promise<never> {
  const { refusing, away } = await moveMarkers(service, token, from);
  if (refusing.length + away.length > 0) {
    const where = inWords([...refusing, ...away]);
    const what = `the markers could be moved neither to ${to} (${why}) nor back to ${from} (${where}) on every host`;
    throw new UnknownError(`${what}; "sluice resume" goes on as soon as they answer`);
  }
  await service.journal.appendLater({ kind: "revertFailed", rollout, slot: from, reason: why });
  throw new UnknownError(`the markers could not be moved on every host, so they were moved back to ${from}: ${why}`);
}

/** Who is where, for the person who asked: which host may still serve what was to be left. */
function leftOpen({ there, away }: Moved, to: string, from: string): string {
  const names = away.map(({ host }) => host).join(", ");
  const done = there.length > 0 ? `all traffic of ${there.join(", ")} is on ${to}, seen on the gateway` : "";
  const open = `${names} can't be asked and may still serve ${from}: ${inWords(away)}`;
  const next = `The way back stays open: "sluice resume" goes on with it once ${names} answers`;
  return `${[done, open].filter((text) => text !== "").join("; ")}. ${next}`;
}

async function bringUpToDate(service: Service): Promise<void> {
  try {
    await bringUp(service);
  } catch (error) {
    if (error instanceof ConflictError) throw error;
    service.tell("note", `The stack is not up to date yet, "sluice resume" brings it there: ${messageOf(error)}`);
    return;
  }
  await collect(service);
}
