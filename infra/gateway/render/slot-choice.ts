import { serviceFolder } from "../paths.ts";
import { block, type Lines } from "./block.ts";
import type { RouteConfig } from "./config.ts";

/**
 * Chooses a request's slot by looking files up: `$sluice_settled`, then `$sluice_slot`, which a lease may change.
 *
 * Green is looked up a second time because the marker may be renamed from green's absence to blue's between two look-ups.
 * A lease names its slot itself: while a candidate is promoted, the marker moves under a lease of 100 % that still stands.
 */
export function slotChoice(root: string, { service, tickSeconds }: RouteConfig): Lines {
  const folder = serviceFolder(root, service);
  const tick = `$sluice_tick_${tickSeconds}`;
  const settledAs = (slot: string): Lines =>
    block(`if (-f ${folder}/settled/${slot})`, [`set $sluice_settled ${slot};`]);
  const leasedTo = (slot: string): Lines =>
    block(`if (-f ${folder}/ticks/${tick}/${slot}/$sluice_bucket)`, [
      `set $sluice_slot ${slot};`,
      "set $sluice_leased true;",
    ]);
  return [
    "set $sluice_settled none;",
    ...settledAs("green"),
    ...settledAs("blue"),
    ...settledAs("green"),
    "set $sluice_leased false;",
    "set $sluice_slot $sluice_settled;",
    ...leasedTo("green"),
    ...leasedTo("blue"),
  ];
}
