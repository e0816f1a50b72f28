import { declared } from "../ledger/declared.ts";
import { promotedRevisions, settlements } from "../ledger/history.ts";
import { ConflictError, messageOf, UnknownError } from "../model/errors.ts";
import { type SlotName, slotNames } from "../model/slot.ts";
import type { RolloutState } from "../rollout/state.ts";
import { inWords, onEveryHost, type Run, type Service } from "./context.ts";
import { declareEmpty } from "./empty.ts";
import { isLeftWarm } from "./left-warm.ts";
import { bringUp, UnsettledStackError } from "./bring-up.ts";
import { keptRevisions } from "./limits.ts";
import { hostsOf } from "./places.ts";
import type { HostPort } from "./ports.ts";

/**
 * After the end: the stack is brought to what the ledger says. Traffic is where it belongs already, so this may fail.
 * @throws UnknownError when somebody else is at the stack who may fill the slot that was emptied
 */
export async function settleDown(run: Run, state: RolloutState): Promise<void> {
  if (state.phase === "stranded") return;
  try {
    if (state.phase === "promoted") await endLease(run);
    const held = declared(run.journal.entries).slots[run.candidate];
    if (state.phase === "rolledBack" && held?.revisionHash === run.revisionHash) {
      if (await isLeftWarm(run, { ...run, rollout: run.id })) {
        const what = `${run.candidate} keeps ${run.revision.release.version} for the pages that users have open`;
        run.tell("note", `${what}, until the next rollout or "sluice retire"`);
      } else await declareEmpty(run, run.candidate, run.id);
    }
    await bringUp(run);
  } catch (error) {
    if (error instanceof ConflictError) throw error;
    const what = `the stack could not be brought up to date: ${messageOf(error)}. Run "sluice resume".`;
    run.tell("bad", `The traffic is where it belongs, but ${what}`);
    if (error instanceof UnsettledStackError && state.phase === "rolledBack") throw new UnknownError(what);
    return;
  }
  await collect(run);
}

/** Takes the overlay away and ends the rollout on the hosts; where one can't be reached, its lease lapses by itself. */
async function endLease(run: Run): Promise<void> {
  const { failed } = await onEveryHost(hostsOf(run), (host) => host.clear({ token: run.token, rollout: run.id }));
  if (failed.length > 0) run.tell("note", `The lease lapses by itself where it could not be ended: ${inWords(failed)}`);
}

/**
 * Removes what is left over and rotates logs on every host, except what a slot holds or a rollback may need; after an `up`
 * that came to its end. Failing is no harm.
 */
export async function collect(service: Service): Promise<void> {
  const { entries } = service.journal;
  const { slots } = declared(entries);
  const kept = promotedRevisions(settlements(entries)).slice(0, keptRevisions);
  const keep = new Set([
    ...slotNames.flatMap((slot) => slots[slot]?.revision.release.image ?? []),
    ...kept.map(({ release }) => release.image),
  ]);
  const had = entries.flatMap(({ event }) => (event.kind === "filled" ? [event.revision.release.image] : []));
  const images = { keep: [...keep], past: [...new Set(had)].filter((image) => !keep.has(image)) };
  const empty = (host: HostPort) => slotNames.filter((slot) => !slots[slot]?.revision.hosts[host.name]);
  const orphans = await orphansIn(service, empty);
  const { failed } = await onEveryHost(service.hosts, (host) => host.collect(images, orphans.get(host.name) ?? []));
  if (failed.length > 0) service.tell("note", `Unused images and logs could not be collected: ${inWords(failed)}`);
}

/**
 * Containers in slots that are empty: an `up` that was cut off left them there, no stack knows them, and they are in the next
 * one's way. None when anybody has appended since they were looked for: a newer driver may be filling those slots.
 */
async function orphansIn(
  { hosts, journal, tell }: Service,
  emptyOn: (host: HostPort) => readonly SlotName[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const { done } = await onEveryHost(hosts, async (host) => {
    const slots = emptyOn(host);
    return slots.length === 0 ? [] : host.containersIn(slots);
  });
  const found = done.filter(({ value }) => value.length > 0);
  if (found.length === 0) return new Map();
  const isLast = await journal.reread().then(
    (news) => news.length === 0,
    () => false,
  );
  if (!isLast) return new Map();
  tell("note", `A container that no stack knows is removed on ${found.map(({ host }) => host).join(", ")}`);
  return new Map(found.map(({ host, value }) => [host, value]));
}
