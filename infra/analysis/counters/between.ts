import type { SlotWindow } from "../../model/judge-window.ts";
import type { ExporterReading, Reading } from "../../model/reading.ts";
import type { SlotName } from "../../model/slot.ts";
import { increase, type Increase } from "./increase.ts";
import { slotWindows } from "./slot-windows.ts";

/** What two readings of a metrics source tell. `next` is the reading that the next look starts from. */
export type Between =
  | { readonly kind: "counted"; readonly slots: Readonly<Record<SlotName, SlotWindow>>; readonly next: Reading }
  /** Some host's counters say nothing. Nothing is lost: the others' are kept for the look that has them all. */
  | { readonly kind: "unseen"; readonly reason: string; readonly next: Reading };

type HostBetween =
  | {
      readonly kind: "counted";
      readonly increase: Increase;
      readonly was: ExporterReading;
      readonly is: ExporterReading;
    }
  | { readonly kind: "unseen"; readonly reason: string; readonly from: ExporterReading | null };

/**
 * What came to the hosts between two readings. Silence isn't health: each host's exporter must have been read anew since,
 * and must have found the driver's heartbeat in the log since. What is late counts in a later look.
 */
export function between(before: Reading, after: Reading, hosts: readonly string[]): Between {
  const all = hosts.map((host) => betweenOn(host, before, after));
  const counted = all.filter((one) => one.kind === "counted");
  const unseen = all.filter((one) => one.kind === "unseen");
  if (unseen.length === 0) {
    const next = { exporters: counted.map(({ is }) => is) };
    return { kind: "counted", slots: slotWindows(counted.map((one) => one.increase)), next };
  }
  const next = { exporters: [...counted.map(({ was }) => was), ...unseen.flatMap(({ from }) => from ?? [])] };
  return { kind: "unseen", reason: unseen.map(({ reason }) => reason).join("; "), next };
}

function betweenOn(host: string, before: Reading, after: Reading): HostBetween {
  const was = chosen(host, before, null);
  const is = chosen(host, after, was?.origin ?? null);
  const unseen = (reason: string, from: ExporterReading | null) => ({ kind: "unseen", reason, from }) as const;
  if (!is) return unseen(`no counters of ${host} arrive: its exporter, or what reads it, doesn't run`, was);
  if (!was) return unseen(`${host} is counted from now on`, is);
  if (was.origin !== is.origin)
    return unseen(`${host} is counted anew: ${is.origin} tells its counters in place of ${was.origin}`, is);
  if (is.at <= was.at) return unseen(`nothing new of ${host} has arrived`, was);
  const came = increase(was, is);
  if (came.heartbeats <= 0)
    return unseen(`the exporter of ${host} answers, but reads nothing new from the gateway's log`, was);
  return { kind: "counted", increase: came, was, is };
}

/** One exporter for each host, however many tell of it: the same one as before, or the one read last. */
function chosen(host: string, { exporters }: Reading, origin: string | null): ExporterReading | null {
  const of = exporters.filter((exporter) => exporter.host === host);
  const newest = of.reduce<ExporterReading | null>((best, one) => (best && best.at >= one.at ? best : one), null);
  return of.find((exporter) => exporter.origin === origin) ?? newest;
}
