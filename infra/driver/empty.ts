import { declared } from "../ledger/declared.ts";
import type { SlotName } from "../model/slot.ts";
import { onEveryHost, type Service } from "./context.ts";

/** Milliseconds between two counts of a slot's connections. */
const countInterval = 500;

/** Declares a slot empty, once its last connections are gone or the time for that is over. The next `up` empties it. */
export async function declareEmpty(service: Service, slot: SlotName, rollout: string | null): Promise<void> {
  const lostConnections = await drain(service, slot);
  await service.journal.append({ kind: "emptied", rollout, slot, lostConnections });
}

/** Waits until no gateway has a connection to the slot; returns how many were left when the time was over, and says so. */
export async function drain(service: Service, slot: SlotName, signal?: AbortSignal): Promise<number> {
  if (!declared(service.journal.entries).slots[slot]) return 0;
  const until = service.clock.now() + service.drainSeconds * 1000;
  for (;;) {
    const { done } = await onEveryHost(service.hosts, (host) => host.connections(slot));
    const open = done.reduce((sum, { value }) => sum + value, 0);
    if (open === 0) return 0;
    if (service.clock.now() >= until || signal?.aborted) {
      service.tell(
        "note",
        `${open} connections to ${slot} were still open after ${service.drainSeconds} s; they are lost`,
      );
      return open;
    }
    await service.clock.sleep(countInterval, signal);
  }
}
