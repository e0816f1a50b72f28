import { dotted } from "./service-name.ts";
import type { SlotName } from "./slot.ts";

/** A host of an environment: both names, since one Docker engine may carry hosts of several environments. */
export interface HostName {
  readonly environment: string;
  readonly host: string;
}

/** Docker network that the slots of a host share when its network mode is `bridge`. */
export function networkName({ environment, host }: HostName): string {
  return `sluice.${environment}.${host}`;
}

/** Container of the gateway of a host. */
export function gatewayContainerName({ environment, host }: HostName): string {
  return `sluice.${environment}.${host}.gateway`;
}

/** Container that counts a gateway's log. */
export function exporterContainerName({ environment, host }: HostName): string {
  return `sluice.${environment}.${host}.exporter`;
}

/** Container of one slot: `sluice.local.host-a.org1.react-ui.blue`. Dots can't occur inside a part. */
export function slotContainerName({ environment, host }: HostName, service: string, slot: SlotName): string {
  return `sluice.${environment}.${host}.${dotted(service)}.${slot}`;
}
