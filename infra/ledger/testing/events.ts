import type { Plan } from "../../model/plan.ts";
import type { Revision } from "../../model/revision.ts";
import { healthSettings, watchSettings } from "../../model/settings/health.ts";
import { containerSettings } from "../../model/settings/service.ts";
import { otherSlot, type SlotName } from "../../model/slot.ts";
import { link, noHash, revisionHash } from "../chain.ts";
import type { Entry, LedgerEvent } from "../event.ts";

export const stream = "local/org1/react-ui";

/** A revision of a made-up version; the digest follows from the version. */
export function revisionOf(version: string, environment: Record<string, string> = {}): Revision {
  return {
    release: { version, image: `registry.example.com/org1/react-ui@${digestFor(version)}` },
    container: containerSettings.parse({ environment }),
    ports: { blue: 20001, green: 20002 },
    hosts: {
      "host-a": { network: "bridge", address: "127.0.0.1" },
      "host-b": { network: "bridge", address: "127.0.0.1" },
    },
  };
}

export function digestFor(version: string): string {
  return `sha256:${Buffer.from(version).toString("hex").padEnd(64, "0")}`;
}

export const plan: Plan = {
  strategy: "blue-green",
  steps: [{ kind: "weight", percent: 100, holdSeconds: 300 }],
  health: healthSettings.parse({}),
  watch: watchSettings.parse({}),
  drainSeconds: 60,
  tickSeconds: 10,
  leaseTicks: 3,
  seed: "seed",
};

/** The n-th minute of a day. */
export function minute(n: number): string {
  return new Date(Date.UTC(2026, 0, 1, 0, n)).toISOString();
}

/** A chain of these events, one a minute. */
export function chainOf(events: readonly LedgerEvent[], of = stream): readonly Entry[] {
  const entries: Entry[] = [];
  for (const [index, event] of events.entries()) {
    const previousHash = entries.at(-1)?.hash ?? noHash;
    entries.push(link({ stream: of, sequence: index + 1, at: minute(index + 1), by: "alice", previousHash }, event));
  }
  return entries;
}

/** A rollout as far as its candidate slot is filled. */
export function beginning(
  rollout: string,
  revision: Revision,
  candidate: SlotName,
  { first = false, purpose = "rollout" }: { first?: boolean; purpose?: "rollout" | "rollback" } = {},
): readonly LedgerEvent[] {
  const hashed = { revision, revisionHash: revisionHash(revision) };
  return [
    { kind: "requested", rollout, release: revision.release, purpose },
    { kind: "started", rollout, purpose, candidate, settled: first ? null : otherSlot(candidate), plan, ...hashed },
    { kind: "filled", rollout, slot: candidate, ...hashed },
  ];
}

export function promotion(...args: Parameters<typeof beginning>): readonly LedgerEvent[] {
  const [rollout, , slot] = args;
  return [...beginning(...args), { kind: "promoting", rollout, slot }, { kind: "promoted", rollout, slot }];
}
