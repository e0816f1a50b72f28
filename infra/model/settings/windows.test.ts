import { describe, expect, it } from "vitest";
import { windowSettings, windowsSchema } from "./windows.ts";

const problems = (over: Record<string, unknown>) => {
  const parsed = windowSettings.safeParse({ timeZone: "Europe/Berlin", ...over });
  return parsed.success ? [] : parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
};
const open = (from: string, to: string) => ({ open: [{ from, to }] });
const freeze = (from: string, to: string) => ({ freezes: [{ from, to, reason: "audit" }] });

describe("settings of windows", () => {
  it("are Monday to Friday, twice a day, and go back when one closes, where nothing is said", () => {
    const days = ["monday", "tuesday", "wednesday", "thursday", "friday"];
    const parsed = windowSettings.parse({ timeZone: "Europe/Berlin" });
    expect(parsed).toEqual({
      timeZone: "Europe/Berlin",
      open: [
        { days, from: "02:00", to: "04:00" },
        { days, from: "14:00", to: "16:00" },
      ],
      freezes: [],
      whenClosed: "goBack",
    });
    expect(windowsSchema.parse(parsed)).toEqual(parsed);
  });

  it.each([
    open("22:00", "02:00"),
    open("00:00", "24:00"),
    freeze("2026-12-20", "2026-12-20"),
    freeze("2026-12-20T18:00", "2026-12-20"),
    freeze("2028-02-29", "2028-03-01T00:00"),
    { timeZone: "UTC" },
    { timeZone: "Etc/GMT+5" },
  ])("may be %j", (over) => {
    expect(problems(over)).toEqual([]);
  });

  const zone = "timeZone: expected a time zone of the IANA database, e.g. Europe/Berlin";
  const date = "expected a date such as 2026-12-20, or with a time of that day: 2026-12-20T18:00";
  it.each<[Record<string, unknown>, string[]]>([
    [{ timeZone: "Mars/Olympus" }, [zone]],
    [{ timeZone: "+01:00" }, [zone]],
    [{ timeZone: "" }, [zone]],
    [open("2:00", "04:00"), ['open.0.from: expected a time of day such as "14:30"']],
    [open("24:00", "04:00"), ['open.0.from: expected a time of day such as "14:30"']],
    [open("02:00", "25:00"), ['open.0.to: expected a time of day such as "14:30", at most "24:00"']],
    [open("02:00", "02:00"), ['open.0.to: expected another time than `from`; a whole day is "00:00" to "24:00"']],
    [freeze("2026-02-29", "2026-03-01"), ["freezes.0.from: expected a date and time that the calendar has"]],
    [freeze("2026-12-20T18:00Z", "20.12.2026"), [`freezes.0.from: ${date}`, `freezes.0.to: ${date}`]],
    [freeze("2026-12-20", "2026-12-19"), ["freezes.0.to: expected an end after the begin in `from`"]],
    [freeze("2026-12-20T18:00", "2026-12-20T18:00"), ["freezes.0.to: expected an end after the begin in `from`"]],
  ])("may not be %j", (over, expected) => {
    expect(problems(over)).toEqual(expected);
  });
});
