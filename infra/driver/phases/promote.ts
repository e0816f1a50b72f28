import type { Observation } from "../../rollout/state.ts";
import { carriedOut, onEveryHost, type Run } from "../context.ts";
import { hostsOf, markersFor } from "../places.ts";
import type { Leases } from "../leases.ts";
import { verifyAnswers, verifySettled } from "../routing.ts";

/**
 * Moves the settled marker to the candidate on every host (to none where the service leaves one), under a lease of 100 % so that no client notices which look-up
 * answered, and sees through every gateway that it moved.
 */
export async function promote(run: Run, leases: Leases): Promise<Observation> {
  const leased = carriedOut(await leases.give(100));
  if (leased.kind !== "healthy") return leased;
  // A plan without steps never had the candidate behind a gateway so far.
  const answers: Observation =
    run.plan.steps.length > 0 ? { kind: "healthy" } : await verifyAnswers(run, run.candidate);
  if (answers.kind !== "healthy") return answers;
  const markers = markersFor(run, run.candidate);
  const moved = carriedOut(await onEveryHost(hostsOf(run), (host) => host.settle(run.token, markers(host))));
  return moved.kind === "healthy" ? verifySettled(run, run.candidate) : moved;
}
