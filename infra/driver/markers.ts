import { permutation } from "../gateway/permutation.ts";
import { ConflictError, messageOf } from "../model/errors.ts";
import { slotNames, type SlotName } from "../model/slot.ts";
import type { Failure, Service } from "./context.ts";
import { hostsWith, markersFor } from "./places.ts";
import type { HostPort } from "./ports.ts";
import { replay } from "./replay.ts";
import { seeSettled } from "./routing.ts";

/** What came of moving the settled marker on every host. */
export interface Moved {
  /** Hosts whose gateway was seen to have the slot settled. */
  readonly there: readonly string[];
  /** Hosts that can't be asked: neither shell nor gateway answers, or the marker is there and no gateway to show it. */
  readonly away: readonly Failure[];
  /** Hosts that answer, and don't have the slot settled. */
  readonly refusing: readonly Failure[];
}

/**
 * On every host: no lease of the last rollout is left over, and the marker is on the slot, seen by requests through the
 * gateway. Each host goes its own way, so that one that is away holds no other up.
 * @throws ConflictError when a host has seen a newer driver
 */
export async function moveMarkers(service: Service, token: number, slot: SlotName): Promise<Moved> {
  const last = replay(service.journal.entries, service.clock)?.started;
  const order = permutation(last?.plan.seed ?? "");
  const markers = markersFor(service, slot);
  const move = async (host: HostPort): Promise<OneMoved> => {
    try {
      if (last) await host.clear({ token, rollout: last.rollout });
      await host.settle(token, markers(host));
      await seeSettled(host, markers(host), order);
      return { host: host.name, kind: "there" };
    } catch (error) {
      if (error instanceof ConflictError) throw error;
      return afterFailure(host, markers(host), order, messageOf(error));
    }
  };
  const moved = await Promise.all(hostsWith(service, ...slotNames).map(move));
  return {
    there: moved.flatMap(({ host, kind }) => (kind === "there" ? host : [])),
    away: moved.flatMap((one) => (one.kind === "away" ? one : [])),
    refusing: moved.flatMap((one) => (one.kind === "refusing" ? one : [])),
  };
}

type OneMoved =
  | { readonly host: string; readonly kind: "there" }
  | { readonly host: string; readonly kind: "away" | "refusing"; readonly reason: string };

/** Something failed on the host: the marker may be there nevertheless, when only an answer got lost. */
async function afterFailure(
  host: HostPort,
  slot: SlotName | null,
  order: readonly number[],
  reason: string,
): Promise<OneMoved> {
  const [shell, gateway] = await Promise.allSettled([host.state(), host.probe(0)]);
  const one = { host: host.name, reason };
  const moved = shell.status === "fulfilled" && shell.value.settled === slot;
  if (gateway.status === "rejected") {
    if (moved)
      return { ...one, kind: "away", reason: `its marker is on ${slot ?? "no slot"} already, unseen: ${reason}` };
    return { ...one, kind: shell.status === "rejected" ? "away" : "refusing" };
  }
  return seeSettled(host, slot, order).then(
    () => ({ host: host.name, kind: "there" }),
    () => ({ ...one, kind: "refusing" }),
  );
}
