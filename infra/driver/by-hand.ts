import type { SlotName } from "../model/slot.ts";
import { messageOf } from "../model/errors.ts";
import type { Run, Service } from "./context.ts";
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

/** One page a service: what comes later replaces it. */
function keyOf({ environment, name }: Service): string {
  return `sluice/${environment}/${name}/stranded`;
}

/** Says it where the driver runs, and wakes somebody up. A page that can't be sent is said, too. */
export async function callForHelp(run: Run, hosts: readonly string[], reason: string): Promise<void> {
  const details = byHand(run, hosts, reason);
  run.tell("bad", details);
  const summary = `${run.name} in ${run.environment}: a rollback is stranded on ${hosts.join(", ")}`;
  await run.pager.page({ key: keyOf(run), summary, details }).catch((error: unknown) => {
    run.tell("bad", `Nobody could be paged: ${messageOf(error)}`);
  });
}

/** Takes the page back, if the rollout was stranded before. */
export async function callOff(run: Run): Promise<void> {
  if (!run.journal.has("stranded", run.id)) return;
  await run.pager.resolve(keyOf(run)).catch((error: unknown) => {
    run.tell("note", `The page could not be taken back: ${messageOf(error)}`);
  });
}
