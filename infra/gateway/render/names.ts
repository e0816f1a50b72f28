import { dotted } from "../../model/service-name.ts";
import type { SlotName } from "../../model/slot.ts";

/**
 * A service's name as part of nginx's variable names, which know letters, digits and underscores and no case. A dot is
 * one underscore and a hyphen two: the parts of a name neither begin nor end with a hyphen, so no two names meet.
 */
export function variablePart(service: string): string {
  return dotted(service).replaceAll("-", "__").replace(".", "_");
}

export function upstreamName(service: string, slot: SlotName): string {
  return `sluice_${variablePart(service)}_${slot}`;
}

/** Host header under which the private listener answers as a site would, for requests in the name of a bucket. */
export function throughHost(site: string): string {
  return `${site}.through.sluice`;
}

/** Names the bucket that a request on the private listener is made for; ignored everywhere else. */
export const bucketHeader = "X-Sluice-Bucket";

/** Stands in a bucket's place for requests of testers. */
export const testersBucket = "testers";

/** Variable of a base that knows testers and copies. */
export const upToDate = "sluice_environment_is_up_to_date";

/** Tells a service that nobody gets its answer; a client's own is dropped. */
export const copyHeader = "X-Sluice-Copy";

/** Asked on the private listener, it logs a request of no service, by which is seen whether the log is still read. */
export const heartbeatPath = "/heartbeat";

/** What answers through the private listener carry. */
export const slotHeader = "X-Sluice-Slot";
