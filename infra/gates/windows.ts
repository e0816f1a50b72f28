import { momentOf, nextChange } from "../model/calendar.ts";
import { momentInWords, whyClosed } from "../model/calendar-words.ts";
import { type Windows, windowsSchema } from "../model/settings/windows.ts";
import type { GateDecision } from "./decision.ts";

export interface WindowsInputs {
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** `false`: the settings say that a release may come in at any time. */
  readonly windows: Windows | false;
}

/** Releases come in inside their windows and outside of freezes; what can't be read is no open window. */
export function windowsGate({ now, windows }: WindowsInputs): GateDecision {
  const gate = "windows";
  const time = readable(now);
  if (time === null || now < 0) {
    const reason = `expected the time now in milliseconds since 1970, found ${typeof now}: no window counts as open`;
    return { gate, allowed: false, reason, inputs: { now: null, windows } };
  }
  if (windows === false) {
    return { gate, allowed: true, reason: "the settings say: at any time", inputs: { now: time, windows } };
  }
  const parsed = windowsSchema.safeParse(windows);
  if (!parsed.success) {
    const wrong = parsed.error.issues.map(({ path, message }) => [...path.map(String), message].join(": ")).join("; ");
    const reason = `the windows can't be read, so none counts as open: ${wrong}`;
    return { gate, allowed: false, reason, inputs: { now: time, windows: windows ?? null } };
  }
  const { data } = parsed;
  const moment = momentOf(data, now);
  const change = moment.kind === "unknown" ? null : nextChange(data, now, moment.kind === "open" ? "closed" : "open");
  return {
    gate,
    allowed: moment.kind === "open",
    reason: whyClosed(data, now) ?? inside(data, now, change),
    inputs: { now: time, windows: data, [moment.kind === "open" ? "closesAt" : "opensAt"]: change && readable(change) },
  };
}

function inside({ timeZone }: Windows, now: number, closesAt: number | null): string {
  const until = closesAt === null ? "it never closes" : `it closes ${momentInWords(closesAt, timeZone)}`;
  return `${momentInWords(now, timeZone)} is inside a window; ${until}`;
}

/** ISO 8601 in UTC; null for what is no time. */
function readable(at: number): string | null {
  return Number.isFinite(at) && Math.abs(at) <= 8.64e15 ? new Date(at).toISOString() : null;
}
