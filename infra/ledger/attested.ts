import type { Envelope } from "../model/envelope.ts";
import { digestOf } from "../model/release.ts";
import type { SlotName } from "../model/slot.ts";
import type { EvidenceStatement } from "../model/statement.ts";
import type { Entry } from "./event.ts";
import { type Look, quarantine, rollouts } from "./rollouts.ts";

/** What a ledger says of an image's time in its environment. */
export interface Attested {
  /** Of healthy rollouts of this image, newest first. */
  readonly evidence: readonly { readonly rollout: string; readonly envelope: Envelope }[];
  /** Rollouts of this image that users were taken back from after their promotion. */
  readonly left: readonly string[];
  /** Whether the digest is in quarantine, and why. */
  readonly quarantine: { readonly kind: "clear" } | { readonly kind: "held"; readonly reason: string };
}

/** @param digest `sha256:...` of the image */
export function attested(entries: readonly Entry[], digest: string): Attested {
  const own = rollouts(entries).filter(({ release }) => digestOf(release.image) === digest);
  const held = quarantine(entries).get(digest);
  const ids = new Set(own.map(({ id }) => id));
  const evidence = entries.flatMap(({ event }) =>
    event.kind === "attested" && ids.has(event.rollout) ? [{ rollout: event.rollout, envelope: event.evidence }] : [],
  );
  return {
    evidence: evidence.toReversed(),
    left: own.filter(({ outcome }) => outcome === "reverted").map(({ id }) => id),
    quarantine: held ? { kind: "held", reason: held.reason } : { kind: "clear" },
  };
}

/** The decision that a rollout was started by; null when it has none. */
export function decisionOf(entries: readonly Entry[], rollout: string): Envelope | null {
  const event = entries.findLast(({ event }) => event.kind === "decided" && event.rollout === rollout)?.event;
  return event?.kind === "decided" ? event.decision : null;
}

/** What users of a slot got in these looks together. */
export function usersOf(looks: readonly Look[], slot: SlotName | null): EvidenceStatement["predicate"]["users"] {
  const own = looks.flatMap(({ figures }) => (slot === null ? [] : (figures[slot] ?? [])));
  const times = own.flatMap(({ p95Milliseconds }) => p95Milliseconds ?? []);
  return {
    looks: own.length,
    requests: own.reduce((sum, { requests }) => sum + requests, 0),
    errors: Math.round(
      own.reduce((sum, { requests, errorPercent }) => sum + (requests * (errorPercent ?? 0)) / 100, 0),
    ),
    worstP95Milliseconds: times.length > 0 ? Math.max(...times) : null,
  };
}
