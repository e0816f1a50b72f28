import { Temporal } from "temporal-polyfill";
import { momentOf, nextChange } from "./calendar.ts";
import { type Freeze, weekdays, type Windows } from "./settings/windows.ts";

/** `Mon 2026-11-23 14:00 Europe/Berlin (2026-11-23T13:00Z)` */
export function momentInWords(at: number, timeZone: string): string {
  const instant = Temporal.Instant.fromEpochMilliseconds(at);
  const local = instant.toZonedDateTimeISO(timeZone);
  const day = (weekdays[local.dayOfWeek - 1] ?? "").slice(0, 3);
  const time = local.toPlainTime().toString({ smallestUnit: "minute" });
  const there = `${day.slice(0, 1).toUpperCase()}${day.slice(1)} ${local.toPlainDate().toString()} ${time} ${timeZone}`;
  return `${there} (${instant.toString({ smallestUnit: "minute" })})`;
}

/** Why nothing may come in now, and when it may; null while a window is open. */
export function whyClosed(windows: Windows, now: number): string | null {
  const moment = momentOf(windows, now);
  switch (moment.kind) {
    case "open":
      return null;
    case "unknown":
      return `the windows can't be read on this machine, so none counts as open: ${moment.reason}`;
    case "closed": {
      const opensAt = nextChange(windows, now, "open");
      const next =
        opensAt === null ? "none opens any more" : `the next one opens ${momentInWords(opensAt, windows.timeZone)}`;
      const frozen = moment.freezes.map(freezeInWords);
      const why =
        frozen.length > 0 ? frozen.join(" and ") : `${momentInWords(now, windows.timeZone)} is outside all windows`;
      return `${why}; ${next}`;
    }
  }
}

function freezeInWords({ from, to, reason }: Freeze): string {
  return `frozen from ${from} to ${to} (${reason})`;
}
