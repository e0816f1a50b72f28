import { Temporal } from "temporal-polyfill";
import { type Freeze, weekdays, type Windows } from "./settings/windows.ts";

/** What the windows say of one moment. */
export type Moment =
  | { readonly kind: "open" }
  /** With the freezes that apply; none where it just lies outside. */
  | { readonly kind: "closed"; readonly freezes: readonly Freeze[] }
  /** Nobody can say: a zone that this machine doesn't know, a time that is none. Never open. */
  | { readonly kind: "unknown"; readonly reason: string };

/**
 * Whether a release may come in. A window is open whenever the clock on the wall shows one of its times: where the clocks go
 * back it opens twice for the hour that comes twice, and what lies in the hour that is skipped doesn't come that day.
 *
 * @param now Milliseconds since the epoch.
 */
export function momentOf(windows: Windows, now: number): Moment {
  try {
    const freezes = windows.freezes.filter((freeze) => isFrozen(freeze, windows.timeZone, now));
    return freezes.length === 0 && isScheduled(windows, now) ? { kind: "open" } : { kind: "closed", freezes };
  } catch (error) {
    if (error instanceof RangeError || error instanceof TypeError) return { kind: "unknown", reason: error.message };
    throw error;
  }
}

/**
 * When it is next open, or next isn't, in milliseconds since the epoch; null when that never comes, as with windows that are
 * always open. Where the windows change now, the change after that.
 *
 * @throws RangeError for a zone that this machine doesn't know
 */
export function nextChange(windows: Windows, now: number, to: "open" | "closed"): number | null {
  const edges = windows.freezes.flatMap((freeze) => edgesOf(freeze, windows.timeZone)).filter((edge) => edge > now);
  let found: number | null = null;
  // Between two edges of freezes only the week counts, which comes again: two of them show all that there is.
  for (const start of [now, ...edges].sort((a, b) => a - b)) {
    if (found !== null && start >= found) break;
    const isIt = (at: number) => at > now && (momentOf(windows, at).kind === "open") === (to === "open");
    const next = changesAfter(windows, start, 2).find(isIt) ?? changesAfter(windows, start, 15).find(isIt);
    if (next !== undefined && (found === null || next < found)) found = next;
  }
  return found;
}

function isScheduled({ open, timeZone }: Windows, now: number): boolean {
  const local = zoned(now, timeZone);
  const time = local.toPlainTime().toString({ smallestUnit: "minute" });
  const today = weekday(local.dayOfWeek);
  const yesterday = weekday(local.dayOfWeek - 1);
  return open.some(({ days, from, to }) => {
    if (from < to) return days.includes(today) && from <= time && time < to;
    return (days.includes(today) && from <= time) || (days.includes(yesterday) && time < to);
  });
}

function weekday(ofWeek: number) {
  return weekdays[(ofWeek + 6) % 7] ?? "monday";
}

function isFrozen(freeze: Freeze, timeZone: string, now: number): boolean {
  const [from, to] = edgesOf(freeze, timeZone);
  return from <= now && now < to;
}

/** A freeze is as long as it can be read where a time comes twice. */
function edgesOf({ from, to }: Freeze, timeZone: string): readonly [number, number] {
  const end = to.includes("T") ? to : Temporal.PlainDate.from(to).add({ days: 1 }).toString();
  return [instantOf(from, timeZone, "earlier"), instantOf(end, timeZone, "later")];
}

/** Every moment of so many days at which the windows may open or close, but for freezes; `start` is the first. */
function changesAfter({ open, timeZone }: Windows, start: number, days: number): readonly number[] {
  const local = zoned(start, timeZone);
  const times = [...new Set(open.flatMap(({ from, to }) => [from, to === "24:00" ? "00:00" : to]))];
  const found = [start, ...clockChanges(local, local.add({ days }))];
  for (let day = -1; day <= days; day++) {
    const date = local.toPlainDate().add({ days: day }).toString();
    for (const time of times) {
      found.push(instantOf(`${date}T${time}`, timeZone, "earlier"), instantOf(`${date}T${time}`, timeZone, "later"));
    }
  }
  return [...new Set(found)].filter((at) => at >= start).sort((a, b) => a - b);
}

/** When the clocks are put forward or back between two moments. */
function clockChanges(from: Temporal.ZonedDateTime, until: Temporal.ZonedDateTime): readonly number[] {
  const next = from.getTimeZoneTransition("next");
  if (next === null || next.epochMilliseconds > until.epochMilliseconds) return [];
  return [next.epochMilliseconds, ...clockChanges(next, until)];
}

/**
 * The moment at which the clock on the wall shows a time (a date alone: its first), or the first at which it shows a later one,
 * where it skips that time. `reading` is which of both, where it shows it twice.
 */
function instantOf(text: string, timeZone: string, reading: "earlier" | "later"): number {
  if (!text.includes("T")) return Temporal.PlainDate.from(text).toZonedDateTime(timeZone).epochMilliseconds;
  const local = Temporal.PlainDateTime.from(text);
  const at = local.toZonedDateTime(timeZone, { disambiguation: reading });
  if (at.toPlainDateTime().equals(local)) return at.epochMilliseconds;
  const before = local.toZonedDateTime(timeZone, { disambiguation: "earlier" });
  return (before.getTimeZoneTransition("next") ?? at).epochMilliseconds;
}

function zoned(at: number, timeZone: string): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone);
}
