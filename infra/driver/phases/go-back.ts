import { ConflictError } from "../../model/errors.ts";
import type { Observation } from "../../rollout/state.ts";
import { carriedOut, onEveryHost, type Run } from "../context.ts";
import { hostsOf, markersFor } from "../places.ts";
import { refill } from "../refill.ts";
import { verifyAnswers, verifySettled } from "../routing.ts";

/**
 * Brings all traffic back to the settled slot: one call a host, in parallel, over connections that are open already. No
 * engine, no ledger and no reload is in its way (`recreate` excepted, whose settled slot has to be filled again first).
 */
export async function goBack(run: Run): Promise<Observation> {
  const mayHaveMoved = run.journal.has("promoting", run.id);
  const markers = markersFor(run, run.settled);
  const cleared = await onEveryHost(hostsOf(run), async (host) => {
    await host.clear({ token: run.token, rollout: run.id });
    if (mayHaveMoved) await host.settle(run.token, markers(host));
  });
  const undone = cleared.failed.filter(({ host }) => markers({ name: host }) !== null || !neverTouched(run));
  if (run.plan.strategy === "recreate") await refill(run);
  // Hosts that answered are seen to be back, whatever the others do.
  const hosts = run.hosts.filter(({ name }) => cleared.done.some(({ host }) => host === name));
  const seen = await seeBack({ ...run, hosts });
  if (seen.kind !== "healthy") await refuseSuccession(run);
  return undone.length > 0 ? together(carriedOut({ done: [], failed: undone }), seen) : seen;
}

/** A rollback ends on seen health: the settled slot answers through every gateway. */
async function seeBack(run: Run): Promise<Observation> {
  const seen = await verifySettled(run, run.settled);
  return seen.kind === "healthy" && run.settled ? verifyAnswers(run, run.settled) : seen;
}

/** Hosts on which something could not be done, and hosts on which it was done and not seen. */
function together(undone: Observation, unseen: Observation): Observation {
  if (undone.kind !== "impossible" || unseen.kind === "healthy") return undone;
  const hosts = [...(undone.hosts ?? []), ...("hosts" in unseen ? (unseen.hosts ?? []) : [])];
  return { kind: "impossible", reason: `${undone.reason}; ${unseen.reason}`, hosts };
}

/**
 * Where a newer driver has ended the rollout, there is nothing left to clear, and the hosts don't mind being asked to: that
 * the traffic isn't where this driver expects it is then the other one's doing.
 * @throws ConflictError when a host has seen a newer driver
 */
async function refuseSuccession(run: Run): Promise<void> {
  const { done } = await onEveryHost(hostsOf(run), (host) => host.state());
  const newer = done.find(({ value }) => value.token > run.token);
  if (newer) throw new ConflictError(`${newer.host} has seen a newer driver: this one changes nothing more`);
}

/**
 * Nobody was given a lease yet. A host on which the settled slot has no place (all, for a first release) has then no users to
 * bring back and perhaps doesn't know the service: there is nothing that could be seen.
 */
function neverTouched({ journal, id }: Run): boolean {
  return !journal.has("prepared", id) && !journal.has("promoting", id);
}
