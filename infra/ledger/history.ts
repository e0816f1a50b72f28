import type { Release } from "../model/release.ts";
import type { Revision } from "../model/revision.ts";
import type { SlotName } from "../model/slot.ts";
import { declare, nothingDeclared } from "./declared.ts";
import type { Entry } from "./event.ts";
import { isQuarantined, quarantine } from "./rollouts.ts";

/** One move of the settled marker: from then on this revision served the users. */
export interface Settlement {
  readonly sequence: number;
  readonly at: string;
  readonly by: string;
  readonly rollout: string;
  /** `rolledBack` only where a promotion was written down and didn't come to pass. */
  readonly kind: "promoted" | "reverted" | "rolledBack";
  /** What the rollout was for: a promoted rollback goes back, too. */
  readonly purpose: "rollout" | "rollback";
  readonly slot: SlotName;
  readonly revision: Revision;
  readonly revisionHash: string;
  readonly release: Release;
}

/** What served the users and since when, oldest first: the deployment history. */
export function settlements(entries: readonly Entry[]): readonly Settlement[] {
  const found: Settlement[] = [];
  const purposes = new Map<string, Settlement["purpose"]>();
  let stack = nothingDeclared;
  for (const entry of entries) {
    const { event, sequence, at, by } = entry;
    const token = stack.settleToken;
    stack = declare(stack, entry);
    if (event.kind === "requested" || event.kind === "started") purposes.set(event.rollout, event.purpose);
    if (stack.settleToken === token || stack.settled === null) continue;
    if (event.kind !== "promoted" && event.kind !== "reverted" && event.kind !== "rolledBack") continue;
    const slot = stack.settled;
    const filled = stack.slots[slot];
    if (filled === null) continue;
    const { revision, revisionHash } = filled;
    const { rollout, kind } = event;
    const purpose = purposes.get(rollout) ?? "rollout";
    found.push({ sequence, at, by, rollout, kind, purpose, slot, revision, revisionHash, release: revision.release });
  }
  return found;
}

/** Every revision that was ever promoted, once each, the latest promotion first. A rollback finds its target here. */
export function promotedRevisions(history: readonly Settlement[]): readonly Settlement[] {
  const seen = new Set<string>();
  return history
    .filter(({ kind }) => kind === "promoted")
    .toReversed()
    .filter(({ revisionHash }) => !seen.has(revisionHash) && seen.add(revisionHash));
}

/** Negative when the first version is older, by semver.org's precedence. */
export type CompareVersions = (a: string, b: string) => number;

/**
 * Whether going there from what serves now would bring something newer in, past the gates: a newer version, or settings
 * of the same version that first served later than those of now.
 */
export function isForward(history: readonly Settlement[], target: Settlement, compare: CompareVersions): boolean {
  const present = history.at(-1);
  if (!present) return true;
  const order = compare(target.release.version, present.release.version);
  return order === 0 ? firstServed(history, target) > firstServed(history, present) : !(order < 0);
}

/** Sequence number of the revision's first settlement. */
function firstServed(history: readonly Settlement[], { revisionHash, sequence }: Settlement): number {
  return history.find((one) => one.revisionHash === revisionHash)?.sequence ?? sequence;
}

/**
 * What `sluice rollback` without a version goes back to: the revision that served before the present one. What was
 * itself left by going back, is quarantined now, or is newer, is passed over, so that asking twice doesn't return to it.
 */
export function previousRevision(entries: readonly Entry[], compare: CompareVersions): Settlement | undefined {
  const held = quarantine(entries);
  const history = settlements(entries);
  const served = history.reduce(serve, []);
  const present = served.at(-1)?.revisionHash;
  return served.findLast(
    (one) => one.revisionHash !== present && !isQuarantined(held, one.release) && !isForward(history, one, compare),
  );
}

/** The way that led to what serves now: going back cuts it off at the revision gone back to. */
function serve(way: readonly Settlement[], next: Settlement): readonly Settlement[] {
  const goesBack = next.kind !== "promoted" || next.purpose === "rollback";
  const target = way.findLastIndex(({ revisionHash }) => revisionHash === next.revisionHash);
  return goesBack && target >= 0 ? way.slice(0, target + 1) : [...way, next];
}
