import { declared } from "../ledger/declared.ts";
import { UnknownError } from "../model/errors.ts";
import { bringUp } from "./bring-up.ts";
import { inWords, onEveryHost, type Service } from "./context.ts";
import { declareEmpty } from "./empty.ts";
import { isLeftWarm } from "./left-warm.ts";
import { markersFor } from "./places.ts";
import { replay } from "./replay.ts";
import type { Outcome } from "./rollout.ts";
import { attest } from "./signing/attest.ts";
import { collect } from "./settle-down.ts";

/**
 * No rollout is under way; its driver may have been killed before everything was what the ledger says. Empties a slot that
 * a rolled back release still holds, brings the stack up, ends what is left of a lease, and moves a marker that is astray.
 * @throws UnknownError when a host doesn't answer
 */
export async function reconcile(service: Service): Promise<Outcome> {
  const { journal, tell } = service;
  const last = replay(journal.entries, service.clock);
  const { settled, slots } = declared(journal.entries);
  if (last?.state.phase === "rolledBack") {
    const { candidate, rollout, revisionHash } = last.started;
    const holds = candidate !== settled && slots[candidate]?.revisionHash === revisionHash;
    if (holds && !(await isLeftWarm(service, last.started))) {
      await declareEmpty(service, candidate, rollout);
    }
  }
  const changes = await bringUp(service);
  // No driver holds a higher token: no rollout is under way, and one that starts meanwhile is newer than this.
  const token = journal.next - 1;
  const astray: string[] = [];
  const markers = markersFor(service, settled);
  const { failed } = await onEveryHost(service.hosts, async (host) => {
    if (last) await host.clear({ token, rollout: last.started.rollout });
    if (!last || (await host.state()).settled === markers(host)) return;
    await host.settle(token, markers(host));
    astray.push(host.name);
  });
  if (astray.length > 0)
    tell("note", `${settled ?? "No slot"} is settled now on ${astray.join(", ")}, as the ledger says`);
  if (failed.length > 0) throw new UnknownError(`it could not be seen what serves: ${inWords(failed)}`);
  await collect(service);
  await attest(service);
  const changed = Object.entries(changes).some(([kind, count]) => kind !== "same" && kind !== "read" && count > 0);
  return {
    kind: "nothingToDo",
    reason:
      changed || astray.length > 0
        ? "no rollout was under way; the stack was brought up to date"
        : "no rollout is under way",
  };
}
