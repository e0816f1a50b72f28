import type { Observation } from "../../rollout/state.ts";
import { aborted, carriedOut, onEveryHost, type Run } from "../context.ts";
import { hostsOf, markersFor } from "../places.ts";
import type { Leases } from "../leases.ts";
import { verifyAnswers, verifySettled } from "../routing.ts";
import { unlessAborted } from "../unless-aborted.ts";

/**
 * Moves the settled marker to the candidate on every host (to none where the service leaves one), under a lease of 100 % so that no client notices which look-up
 * answered, and sees through every gateway that it moved. A person may stop it at any time; a marker that is on its way is
 * waited for, or it would arrive after it was moved back.
 */
export async function promote(run: Run, leases: Leases): Promise<Observation> {
  const given = await unlessAborted(run, leases.give(100));
  if (!given) return aborted;
  const leased = carriedOut(given);
  if (leased.kind !== "healthy") return leased;
  // A plan without steps never had the candidate behind a gateway so far.
  const answers: Observation | null =
    run.plan.steps.length > 0 ? { kind: "healthy" } : await unlessAborted(run, verifyAnswers(run, run.candidate));
  if (answers?.kind !== "healthy") return answers ?? aborted;
  const markers = markersFor(run, run.candidate);
  const moved = carriedOut(await onEveryHost(hostsOf(run), (host) => host.settle(run.token, markers(host))));
  if (moved.kind !== "healthy") return moved;
  return (await unlessAborted(run, verifySettled(run, run.candidate))) ?? aborted;
}
