import { weekdays } from "../settings/windows.ts";

/** What the clock on a wall shows, asked of the runtime's own tables: nothing of it is ours, nor of the library's. */
export interface Shown {
  /** `monday` */
  readonly day: (typeof weekdays)[number];
  /** `2026-03-29` */
  readonly date: string;
  /** `02:30` */
  readonly time: string;
}

export function wallClock(timeZone: string): (at: number) => Shown {
  const format = new Intl.DateTimeFormat("en-GB", {
    timeZone,
    weekday: "long",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });
  return (at) => {
    const parts = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]));
    const { weekday = "", year, month, day, hour, minute } = parts;
    const name = weekdays.find((known) => known === weekday.toLowerCase());
    if (name === undefined) throw new Error(`no day: ${weekday}`);
    return { day: name, date: `${year}-${month}-${day}`, time: `${hour}:${minute}` };
  };
}

const minute = 60_000;
const hour = 60 * minute;

/**
 * Every hour of a time, and every quarter of an hour of the days around a change of the clocks.
 * @param changes Moments at which the clocks are changed, as the test knows them.
 */
export function momentsOf(from: number, to: number, changes: readonly number[]): readonly number[] {
  const moments = new Set<number>();
  for (let at = from; at < to; at += hour) moments.add(at);
  for (const change of changes)
    for (let at = change - 36 * hour; at < change + 36 * hour; at += 15 * minute) moments.add(at);
  return [...moments].sort((a, b) => a - b);
}
