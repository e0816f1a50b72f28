import type { SlotName } from "../model/slot.ts";
import type { Run } from "./context.ts";
import { markersFor } from "./places.ts";

/** What a person can do for a rollback that nobody saw to its end, in words and commands. */
export function byHand(run: Run, hosts: readonly string[], reason: string): string {
  const { environment, name, revision, settled, plan, token, id, journal } = run;
  const mayHaveMoved = journal.has("promoting", id);
  const markers = markersFor(run, settled);
  const lapse = (plan.leaseTicks + 1) * plan.tickSeconds;
  const commands = run.hosts
    .filter((host) => hosts.includes(host.name))
    .flatMap((host) => {
      const marker: SlotName | null | undefined = mayHaveMoved ? markers(host) : undefined;
      return [`on ${host.name}:`, ...host.byHand({ token, rollout: id }, marker).map((line) => `    ${line}`)];
    });
  return [
    `${name} ${revision.release.version} in ${environment} is stranded: nobody saw ${hosts.join(", ")} go back to ${settled ?? "no slot"}.`,
    `Why: ${reason}`,
    mayHaveMoved
      ? "Its markers were being moved: users of these hosts may be on the candidate until that is undone."
      : `No lease is renewed: ${lapse} s after the last one, users of these hosts are on ${settled ?? "no slot"} by themselves.`,
    "What to do:",
    `1. When the hosts answer again: sluice resume ${environment} ${name}`,
    "2. If they answer you and not Sluice, or it can't wait:",
    ...commands.map((line) => `   ${line}`),
    `3. See that it is over: sluice status ${environment} ${name}`,
  ].join("\n");
}

/** How long a call for help may take: all tries of a notifier, milliseconds. */
const helpLimit = 30_000;

/**
 * Writes down that the rollout is stranded, says what to do where the driver runs, and waits until people were told, or
 * nobody could be: there is nothing left to do that this would hold up.
 */
export async function callForHelp(run: Run, hosts: readonly string[], reason: string): Promise<void> {
  const details = byHand(run, hosts, reason);
  await run.journal.appendLater({ kind: "stranded", rollout: run.id, reason, hosts: [...hosts] }, details);
  run.tell("bad", details);
  await run.board.settled(helpLimit);
}
