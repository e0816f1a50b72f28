import { digestOf } from "../model/release.ts";
import { declared } from "../ledger/declared.ts";
import { previousRevision, promotedRevisions, settlements, type Settlement } from "../ledger/history.ts";
import { isQuarantined, quarantine, rollouts } from "../ledger/rollouts.ts";
import { RefusedError, messageOf } from "../model/errors.ts";
import { permutation } from "../gateway/permutation.ts";
import type { Plan } from "../model/plan.ts";
import { otherSlot, type SlotName } from "../model/slot.ts";
import { unfinishedReason } from "./decide.ts";
import { inWords, onEveryHost, type Service } from "./context.ts";
import { startRollout, type Outcome } from "./rollout.ts";
import { verifySettled } from "./routing.ts";
import { UnknownError } from "../model/errors.ts";

export interface RollbackRequest {
  /** Rollout id to use where the target has to be brought up again. */
  readonly id: string;
  /** Version to go back to; null is the one that served before. */
  readonly version: string | null;
  readonly reason: string;
}

/** The way back, decided from the ledger: `warm` when the other slot still runs the target. */
export type WayBack =
  | { readonly kind: "warm"; readonly target: Settlement; readonly from: SlotName; readonly to: SlotName }
  | { readonly kind: "cold"; readonly target: Settlement };

/**
 * Finds what to go back to, in the ledger alone.
 * @throws RefusedError when there is nothing, it is quarantined, or a rollout is under way.
 */
export function wayBack(entries: Parameters<typeof settlements>[0], version: string | null): WayBack {
  const unfinished = unfinishedReason(entries);
  if (unfinished !== null) throw new RefusedError(unfinished);
  const { settled, slots } = declared(entries);
  if (!settled) throw new RefusedError("nothing is settled, so there is nothing to go back from");
  const target =
    version === null
      ? previousRevision(entries)
      : promotedRevisions(settlements(entries)).find(({ release }) => release.version === version);
  if (!target) {
    throw new RefusedError(
      version === null
        ? "no earlier release served that is not in quarantine"
        : `${version} never served here; "sluice history" lists what did`,
    );
  }
  if (isQuarantined(quarantine(entries), target.release)) {
    throw new RefusedError(`${target.release.version} is in quarantine: it was rolled back itself`);
  }
  if (target.revisionHash === slots[settled]?.revisionHash) {
    throw new RefusedError(`${target.release.version} serves already`);
  }
  const to = otherSlot(settled);
  return slots[to]?.revisionHash === target.revisionHash
    ? { kind: "warm", target, from: settled, to }
    : { kind: "cold", target };
}

/** Goes back to an earlier release: by the markers alone where it is still warm, else as a rollout of its revision. */
export async function rollBack(service: Service, plan: Plan, request: RollbackRequest): Promise<Outcome> {
  const way = wayBack(service.journal.entries, request.version);
  if (way.kind === "warm") {
    const { path, status } = plan.health.http;
    const { done, failed } = await onEveryHost(service.hosts, (host) =>
      host.ask(way.to, path, plan.health.timeoutSeconds * 1000),
    );
    const well = failed.length === 0 && done.every(({ value }) => value.kind === "answered" && value.status === status);
    if (well) return revert(service, way, plan, request);
    service.tell("note", `${way.to} still holds ${way.target.release.version} but is not healthy: filling it anew`);
  }
  // The users are on a release that somebody wants away: the target settles as soon as it is verified.
  const cold = { ...plan, steps: [] };
  return startRollout(service, request.id, { purpose: "rollback", revision: way.target.revision, plan: cold });
}

async function revert(
  service: Service,
  { from, to, target }: Extract<WayBack, { kind: "warm" }>,
  plan: Plan,
  { reason }: RollbackRequest,
): Promise<Outcome> {
  const { journal, hosts, clock, tell } = service;
  const before = clock.now();
  const token = journal.next;
  const leaving = declared(journal.entries).slots[from];
  const rollout = rollouts(journal.entries).findLast(({ revisionHash }) => revisionHash === leaving?.revisionHash);
  const moved = await onEveryHost(hosts, (host) => host.settle(token, to));
  const seen = await verifySettled(service, to, permutation(plan.seed));
  if (moved.failed.length > 0 || seen.kind !== "healthy") {
    await onEveryHost(hosts, (host) => host.settle(token, from));
    const why = moved.failed.length > 0 ? inWords(moved.failed) : "reason" in seen ? seen.reason : "";
    throw new UnknownError(`the markers could not be moved on every host, so they were moved back to ${from}: ${why}`);
  }
  const milliseconds = clock.now() - before;
  tell("good", `All traffic is on ${to} (${target.release.version}), seen on every gateway after ${milliseconds} ms`);
  const id = rollout?.id ?? target.rollout;
  const quarantined = leaving ? digestOf(leaving.revision.release.image) : null;
  await journal.appendLater({ kind: "reverted", rollout: id, slot: to, reason, quarantined, milliseconds });
  try {
    await service.engine.up(service.stack);
  } catch (error) {
    tell("note", `The stack is not up to date yet, "sluice resume" brings it there: ${messageOf(error)}`);
  }
  return { kind: "ended", rollout: id, state: { phase: "rolledBack", reason } };
}
