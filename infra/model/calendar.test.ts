import { describe, expect, it } from "vitest";
import { momentOf, nextChange } from "./calendar.ts";
import { momentInWords, whyClosed } from "./calendar-words.ts";
import { type Windows, windowSettings } from "./settings/windows.ts";
import { momentsOf, type Shown, wallClock } from "./testing/wall-clock.ts";

const [from, to] = [Date.UTC(2026, 0, 1), Date.UTC(2028, 0, 1)];

/** When the clocks are changed in these two years, by the law of each place, in UTC. */
const places = {
  "Europe/Berlin": ["2026-03-29T01:00Z", "2026-10-25T01:00Z", "2027-03-28T01:00Z", "2027-10-31T01:00Z"],
  "America/New_York": ["2026-03-08T07:00Z", "2026-11-01T06:00Z", "2027-03-14T07:00Z", "2027-11-07T06:00Z"],
  // By half an hour, in the southern summer.
  "Australia/Lord_Howe": ["2026-04-04T15:00Z", "2026-10-03T15:30Z", "2027-04-03T15:00Z", "2027-10-02T15:30Z"],
} as const;
type Place = keyof typeof places;

/** Weekly windows and whether a wall clock is in them, said in the test's own words. */
const weeks: readonly { readonly open: Windows["open"]; readonly inside: (shown: Shown) => boolean }[] = [
  {
    open: windowSettings.parse({ timeZone: "UTC" }).open,
    inside: ({ day, time }) =>
      day !== "saturday" &&
      day !== "sunday" &&
      ((time >= "02:00" && time < "04:00") || (time >= "14:00" && time < "16:00")),
  },
  {
    // On Sundays, when the clocks are changed: within the hour that is skipped or comes twice, and across it.
    open: [
      { days: ["sunday"], from: "01:15", to: "01:45" },
      { days: ["sunday"], from: "02:00", to: "02:30" },
      { days: ["saturday"], from: "23:30", to: "00:45" },
    ],
    inside: ({ day, time }) =>
      (day === "sunday" && ((time >= "01:15" && time < "01:45") || (time >= "02:00" && time < "02:30"))) ||
      (day === "saturday" && time >= "23:30") ||
      (day === "sunday" && time < "00:45"),
  },
  {
    open: [{ days: ["friday", "saturday", "sunday"], from: "00:00", to: "24:00" }],
    inside: ({ day }) => day === "friday" || day === "saturday" || day === "sunday",
  },
];

const summer = { from: "2026-03-27", to: "2026-03-29", reason: "spring" };
const autumn = { from: "2026-10-31T12:00", to: "2026-11-02T12:00", reason: "autumn" };
const frozen = ({ date, time }: Shown) =>
  (date >= "2026-03-27" && date <= "2026-03-29") ||
  (`${date}T${time}` >= "2026-10-31T12:00" && `${date}T${time}` < "2026-11-02T12:00");

/** Asking for the time is what takes long here. */
function remembered(clock: (at: number) => Shown): (at: number) => Shown {
  const known = new Map<number, Shown>();
  return (at) => {
    const shown = known.get(at) ?? clock(at);
    known.set(at, shown);
    return shown;
  };
}

describe.each(Object.keys(places) as Place[])("two years in %s", (timeZone) => {
  const changes = places[timeZone].map((text) => Date.parse(text));
  const moments = momentsOf(from, to, changes);
  const clock = remembered(wallClock(timeZone));

  it("change their clocks when the test thinks", () => {
    const minutes = (at: number) => Number(clock(at).time.slice(0, 2)) * 60 + Number(clock(at).time.slice(3));
    const by = timeZone === "Australia/Lord_Howe" ? 30 : 60;
    const forward = timeZone === "Australia/Lord_Howe" ? 1 : 0;
    const jumps = changes.map((at) => minutes(at) - minutes(at - 60_000));
    expect(jumps).toEqual([0, 1, 2, 3].map((index) => (index % 2 === forward ? 1 + by : 1 - by)));
  });

  it.each(weeks.map(({ open }, index) => [open.map(({ days, from, to }) => `${days[0]} ${from}-${to}`).join(), index]))(
    "are open when the clock on the wall says so: %s",
    (_what, index) => {
      const week = weeks[Number(index)];
      if (!week) throw new Error("no such week");
      const windows: Windows = { timeZone, open: week.open, freezes: [summer, autumn], whenClosed: "goBack" };
      const expected = moments.map((at) => week.inside(clock(at)) && !frozen(clock(at)));
      const wrong = moments.filter((at, i) => (momentOf(windows, at).kind === "open") !== expected[i]);
      expect(wrong.map((at) => new Date(at).toISOString())).toEqual([]);
      expect(expected.filter((open) => open).length).toBeGreaterThan(100);
    },
  );

  it("open next when the clock on the wall next says so, and not before", () => {
    const wrong: string[] = [];
    for (const { open, inside } of weeks) {
      const windows: Windows = { timeZone, open, freezes: [summer, autumn], whenClosed: "goBack" };
      const isOpen = (at: number) => inside(clock(at)) && !frozen(clock(at));
      for (const change of changes) {
        // From each quarter of an hour around a change.
        for (let at = change - 9 * 3_600_000; at < change + 9 * 3_600_000; at += 900_000) {
          const wanted = isOpen(at) ? "closed" : "open";
          const next = nextChange(windows, at, wanted);
          let scan = at;
          while (isOpen(scan) === isOpen(at)) scan += 900_000;
          if (next !== scan)
            wrong.push(`${new Date(at).toISOString()}: ${wanted} ${next && new Date(next).toISOString()}`);
        }
      }
    }
    expect(wrong).toEqual([]);
  });
});

const berlin = (over: Partial<Windows> = {}): Windows => ({
  timeZone: "Europe/Berlin",
  open: [{ days: ["sunday"], from: "02:00", to: "03:00" }],
  freezes: [],
  whenClosed: "goBack",
  ...over,
});
const at = (text: string) => Date.parse(text);

describe("on days when the clocks are changed", () => {
  it("a window in the hour that is skipped doesn't come that day", () => {
    const minutes = Array.from({ length: 24 * 60 }, (_, minute) => at("2026-03-28T23:00Z") + minute * 60_000);
    expect(minutes.filter((minute) => momentOf(berlin(), minute).kind === "open")).toEqual([]);
    expect(nextChange(berlin(), at("2026-03-28T23:00Z"), "open")).toBe(at("2026-04-05T00:00Z"));
  });

  it("a window that the hour is skipped out of is what is left of it", () => {
    const windows = berlin({ open: [{ days: ["sunday"], from: "01:30", to: "03:30" }] });
    expect(nextChange(windows, at("2026-03-28T12:00Z"), "open")).toBe(at("2026-03-29T00:30Z"));
    expect(nextChange(windows, at("2026-03-29T00:30Z"), "closed")).toBe(at("2026-03-29T01:30Z"));
  });

  it("a window that begins in the hour that is skipped opens when the clocks are changed", () => {
    const windows = berlin({ open: [{ days: ["sunday"], from: "02:30", to: "04:00" }] });
    expect(nextChange(windows, at("2026-03-29T00:59Z"), "open")).toBe(at("2026-03-29T01:00Z"));
  });

  it("a window in the hour that comes twice is open in both", () => {
    expect(nextChange(berlin(), at("2026-10-24T23:00Z"), "open")).toBe(at("2026-10-25T00:00Z"));
    expect(nextChange(berlin(), at("2026-10-25T00:00Z"), "closed")).toBe(at("2026-10-25T02:00Z"));
    const half = berlin({ open: [{ days: ["sunday"], from: "02:00", to: "02:30" }] });
    expect(nextChange(half, at("2026-10-25T00:00Z"), "closed")).toBe(at("2026-10-25T00:30Z"));
    expect(nextChange(half, at("2026-10-25T00:30Z"), "open")).toBe(at("2026-10-25T01:00Z"));
    expect(nextChange(half, at("2026-10-25T01:00Z"), "closed")).toBe(at("2026-10-25T01:30Z"));
  });

  it("a freeze is as long as it can be read, and one with a skipped end ends when the clocks are changed", () => {
    const always = { days: ["sunday" as const], from: "00:00", to: "24:00" };
    const freeze = (from: string, to: string) => berlin({ open: [always], freezes: [{ from, to, reason: "x" }] });
    const twice = freeze("2026-10-25T02:15", "2026-10-25T02:45");
    expect(nextChange(twice, at("2026-10-24T23:00Z"), "closed")).toBe(at("2026-10-25T00:15Z"));
    expect(nextChange(twice, at("2026-10-25T00:15Z"), "open")).toBe(at("2026-10-25T01:45Z"));
    const skipped = freeze("2026-03-29T01:00", "2026-03-29T02:30");
    expect(nextChange(skipped, at("2026-03-29T00:30Z"), "open")).toBe(at("2026-03-29T01:00Z"));
  });
});

describe("the next opening", () => {
  it("lies behind freezes, however long, and at their end where that is inside a window", () => {
    const years = berlin({ freezes: [{ from: "2026-01-01", to: "2029-12-31", reason: "moving" }] });
    expect(nextChange(years, at("2026-01-01T00:00Z"), "open")).toBe(at("2030-01-06T01:00Z"));
    const inside = berlin({ freezes: [{ from: "2026-06-01", to: "2026-06-07T02:20", reason: "audit" }] });
    expect(nextChange(inside, at("2026-06-02T00:00Z"), "open")).toBe(at("2026-06-07T00:20Z"));
    const next = berlin({
      freezes: [
        { from: "2026-06-01", to: "2026-06-07T02:20", reason: "audit" },
        { from: "2026-06-07T02:20", to: "2026-06-13", reason: "another" },
      ],
    });
    expect(nextChange(next, at("2026-06-02T00:00Z"), "open")).toBe(at("2026-06-14T00:00Z"));
  });

  it("never comes to an end where windows are always open", () => {
    const { open } = windowSettings.parse({
      timeZone: "UTC",
      open: [
        {
          days: ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"],
          from: "00:00",
          to: "24:00",
        },
      ],
    });
    expect(nextChange(berlin({ open }), at("2026-06-02T00:00Z"), "closed")).toBeNull();
  });
});

describe("what is said", () => {
  it("names the local time with its zone, and UTC", () => {
    expect(momentInWords(at("2026-11-23T13:00Z"), "Europe/Berlin")).toBe(
      "Mon 2026-11-23 14:00 Europe/Berlin (2026-11-23T13:00Z)",
    );
  });

  it("names every freeze that applies", () => {
    const freezes = [
      { from: "2026-06-01", to: "2026-06-07", reason: "audit" },
      { from: "2026-06-02", to: "2026-06-02", reason: "holiday" },
    ];
    expect(whyClosed(berlin({ freezes }), at("2026-06-02T00:00Z"))).toBe(
      "frozen from 2026-06-01 to 2026-06-07 (audit) and frozen from 2026-06-02 to 2026-06-02 (holiday); the next one opens Sun 2026-06-14 02:00 Europe/Berlin (2026-06-14T00:00Z)",
    );
  });

  it.each([{ timeZone: "Mars/Olympus" }, { timeZone: "" }])("calls %j no open window", (over) => {
    expect(momentOf(berlin(over), 0).kind).toBe("unknown");
    expect(whyClosed(berlin(over), 0)).toMatch(/^the windows can't be read on this machine, so none counts as open: /);
  });

  it.each([Number.NaN, Infinity, 9e15])("calls no window open at %d", (now) => {
    expect(momentOf(berlin(), now).kind).toBe("unknown");
  });
});
