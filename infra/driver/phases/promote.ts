import type { Observation } from "../../rollout/state.ts";
import { claimOf, inWords, onEveryHost, type Run } from "../context.ts";
import { verifySettled } from "../routing.ts";

/**
 * Moves the settled marker to the candidate on every host, under a lease of 100 % so that no client notices which look-up
 * answered, and sees through every gateway that it moved.
 */
export async function promote(run: Run): Promise<Observation> {
  const claim = claimOf(run);
  const leased = await onEveryHost(run.hosts, (host) => host.lease(claim, 100));
  if (leased.failed.length > 0) return { kind: "impossible", reason: inWords(leased.failed) };
  const moved = await onEveryHost(run.hosts, (host) => host.settle(run.token, run.candidate));
  if (moved.failed.length > 0) return { kind: "impossible", reason: inWords(moved.failed) };
  return verifySettled(run, run.candidate, run.order);
}
