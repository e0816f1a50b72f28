import { Temporal } from "temporal-polyfill";
import { z } from "zod";

/** By the number that ISO 8601 gives them, less one. */
export const weekdays = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] as const;
const workdays = weekdays.slice(0, 5);

const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'expected a time of day such as "14:30"');
const endOfWindow = z
  .string()
  .regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/, 'expected a time of day such as "14:30", at most "24:00"');
const days = z.array(z.enum(weekdays)).min(1);

const localMoment = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2})?$/, {
    error: "expected a date such as 2026-12-20, or with a time of that day: 2026-12-20T18:00",
    abort: true,
  })
  .refine(isInCalendar, "expected a date and time that the calendar has");

const window = z.strictObject({ days, from: timeOfDay, to: endOfWindow }).refine(lasts, notLasting("to"));
const freeze = z
  .strictObject({ from: localMoment, to: localMoment, reason: z.string().min(1) })
  .refine(isForward, notForward("to"));

const whenClosed = z.enum(["goBack", "hold", "finish"]);

/** Windows as a plan holds them: with nothing left to fill in, and with a zone that this machine may not know. */
export const windowsSchema = z.strictObject({
  timeZone: z.string(),
  open: z.array(window).min(1),
  freezes: z.array(freeze),
  whenClosed,
});

/** When releases may come in. All times are those of the clock on the wall in `timeZone`. */
export const windowSettings = z.strictObject({
  timeZone: z
    .string()
    .refine(isTimeZone, "expected a time zone of the IANA database, e.g. Europe/Berlin")
    .describe("Time zone of the IANA database in which all of these times are meant, e.g. `Europe/Berlin`"),
  open: z
    .array(
      z
        .strictObject({
          days: days.default(workdays).describe("Days on which the window opens: `monday` to `sunday`"),
          from: timeOfDay.describe("When it opens, by the clock on the wall"),
          to: endOfWindow.describe(
            "When it closes, by the clock on the wall; at or before `from` it is of the next day. The end of the day is `24:00`",
          ),
        })
        .refine(lasts, notLasting("to")),
    )
    .min(1)
    .prefault([
      { from: "02:00", to: "04:00" },
      { from: "14:00", to: "16:00" },
    ])
    .describe(
      "The windows of a week; outside of them no rollout begins. Default: Monday to Friday, 02:00 to 04:00 and 14:00 to 16:00",
    ),
  freezes: z
    .array(
      z
        .strictObject({
          from: localMoment.describe("Its first day, or its first minute as `2026-12-20T18:00`"),
          to: localMoment.describe("Its last day, which is frozen as a whole, or the minute with which it ends"),
          reason: z.string().min(1).describe("Why, for whoever is refused"),
        })
        .refine(isForward, notForward("to")),
    )
    .default([])
    .describe("Times in which no window opens"),
  whenClosed: whenClosed
    .default("goBack")
    .describe(
      "What becomes of a rollout that is still under way when its window closes. `goBack`: all users are on the settled release again, and the one that was on its way isn't blamed. `hold`: the candidate keeps its share, judged on, and gets no more of the users until a window opens. `finish`: it goes on",
    ),
});

export type Windows = z.infer<typeof windowsSchema>;
export type Freeze = Windows["freezes"][number];

/** Whether this machine knows the zone by that name; offsets such as +01:00, which know of no change, are none. */
function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(name);
    return true;
  } catch {
    return false;
  }
}

function isInCalendar(text: string): boolean {
  try {
    Temporal.PlainDateTime.from(text, { overflow: "reject" });
    return true;
  } catch {
    return false;
  }
}

function lasts({ from, to }: { from: string; to: string }): boolean {
  return from !== to;
}

function notLasting(key: string) {
  return { path: [key], error: 'expected another time than `from`; a whole day is "00:00" to "24:00"' };
}

/** Such texts sort as the times that they name; a day ends after all of its minutes. */
function isForward({ from, to }: { from: string; to: string }): boolean {
  return (from.includes("T") ? from : `${from}T00:00`) < (to.includes("T") ? to : `${to}T24:00`);
}

function notForward(key: string) {
  return { path: [key], error: "expected an end after the begin in `from`" };
}
