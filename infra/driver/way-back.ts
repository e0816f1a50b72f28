import { declared } from "../ledger/declared.ts";
import type { Entry } from "../ledger/event.ts";
import { isForward, previousRevision, promotedRevisions, settlements, type Settlement } from "../ledger/history.ts";
import { isQuarantined, quarantine } from "../ledger/rollouts.ts";
import { RefusedError } from "../model/errors.ts";
import { otherSlot, type SlotName } from "../model/slot.ts";
import { compareVersions } from "../rollout/version.ts";
import { unfinishedReason } from "./decide.ts";

/** The way back, decided from the ledger: `warm` when the other slot still runs the target on every host that serves. */
export type WayBack =
  | { readonly kind: "warm"; readonly target: Settlement; readonly from: SlotName; readonly to: SlotName }
  | { readonly kind: "cold"; readonly target: Settlement };

/**
 * Finds what to go back to, in the ledger alone.
 * @throws RefusedError when there is nothing, it is quarantined or newer, or a rollout is under way.
 */
export function wayBack(entries: readonly Entry[], version: string | null): WayBack {
  const unfinished = unfinishedReason(entries);
  if (unfinished !== null) throw new RefusedError(unfinished);
  const { settled, slots } = declared(entries);
  if (!settled) throw new RefusedError("nothing is settled, so there is nothing to go back from");
  const history = settlements(entries);
  const target = version === null ? previousRevision(entries, compareVersions) : earlier(history, version);
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
  if (isForward(history, target, compareVersions)) {
    throw new RefusedError(
      `${target.release.version} came after what serves now; that is forward: "sluice rollout" brings it in`,
    );
  }
  const to = otherSlot(settled);
  // A host that joined since then has nothing of it: with the markers alone its users would be served by nobody.
  const serving = Object.keys(slots[settled]?.revision.hosts ?? {});
  const everywhere = serving.every((host) => target.revision.hosts[host] !== undefined);
  return everywhere && slots[to]?.revisionHash === target.revisionHash
    ? { kind: "warm", target, from: settled, to }
    : { kind: "cold", target };
}

/** The revision of a version that served last; of several, one that is no way forward. */
function earlier(history: readonly Settlement[], version: string): Settlement | undefined {
  const all = promotedRevisions(history).filter(({ release }) => release.version === version);
  return all.find((one) => !isForward(history, one, compareVersions)) ?? all[0];
}
