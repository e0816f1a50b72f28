import { declared } from "../ledger/declared.ts";
import { UnknownError } from "../model/errors.ts";
import type { SlotName } from "../model/slot.ts";
import { inWords, onEveryHost, type Service } from "./context.ts";
import { hostsWith } from "./places.ts";
import { limits } from "./limits.ts";

/**
 * Declares a slot empty, once its last connections are gone or the time for that is over. The next `up` empties it. A host
 * that can't be counted doesn't keep it filled: its connections are lost uncounted, and that is said.
 */
export async function declareEmpty(service: Service, slot: SlotName, rollout: string | null): Promise<void> {
  const { open, uncounted } = await waitUntilUnused(service, slot);
  if (uncounted !== "") service.tell("note", `Connections to ${slot} could not be counted everywhere: ${uncounted}`);
  await service.journal.append({ kind: "emptied", rollout, slot, lostConnections: open });
}

/**
 * Waits until no gateway has a connection to the slot; returns how many were left when the time was over, and says so.
 * @throws UnknownError when a host can't tell
 */
export async function drain(service: Service, slot: SlotName, signal: AbortSignal): Promise<number> {
  if (!declared(service.journal.entries).slots[slot]) return 0;
  const { open, uncounted } = await waitUntilUnused(service, slot, signal);
  if (uncounted !== "") throw new UnknownError(`connections to ${slot} could not be counted: ${uncounted}`);
  return open;
}

async function waitUntilUnused(service: Service, slot: SlotName, signal?: AbortSignal) {
  const until = service.clock.steady() + service.drainSeconds * 1000;
  for (;;) {
    const { done, failed } = await onEveryHost(hostsWith(service, slot), (host) => host.connections(slot));
    const open = done.reduce((sum, { value }) => sum + value, 0);
    if (open === 0) return { open, uncounted: inWords(failed) };
    if (service.clock.steady() >= until || signal?.aborted) {
      const after = signal?.aborted ? "" : ` after ${service.drainSeconds} s`;
      service.tell("note", `${open} connections to ${slot} were still open${after}; they are lost`);
      return { open, uncounted: inWords(failed) };
    }
    await service.clock.sleep(limits.drainInterval, signal);
  }
}
