import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Windows, windowSettings } from "../model/settings/windows.ts";
import { corruptions } from "./testing/corruptions.ts";
import { expectNeverOpens } from "./testing/never-opens.ts";
import { windowsGate, type WindowsInputs } from "./windows.ts";

const christmas = { from: "2026-12-21", to: "2027-01-03", reason: "Christmas" };
const windows: Windows = windowSettings.parse({ timeZone: "Europe/Berlin", freezes: [christmas] });
const at = (text: string) => Date.parse(text);

describe("the windows gate", () => {
  it("lets a release in inside a window, and says until when", () => {
    expect(windowsGate({ now: at("2026-11-23T13:10Z"), windows })).toEqual({
      gate: "windows",
      allowed: true,
      reason:
        "Mon 2026-11-23 14:10 Europe/Berlin (2026-11-23T13:10Z) is inside a window; it closes Mon 2026-11-23 16:00 Europe/Berlin (2026-11-23T15:00Z)",
      inputs: { now: "2026-11-23T13:10:00.000Z", windows, closesAt: "2026-11-23T15:00:00.000Z" },
    });
  });

  it("keeps it out on a Friday evening, and says when the next one opens", () => {
    expect(windowsGate({ now: at("2026-11-27T16:00Z"), windows })).toEqual({
      gate: "windows",
      allowed: false,
      reason:
        "Fri 2026-11-27 17:00 Europe/Berlin (2026-11-27T16:00Z) is outside all windows; the next one opens Mon 2026-11-30 02:00 Europe/Berlin (2026-11-30T01:00Z)",
      inputs: { now: "2026-11-27T16:00:00.000Z", windows, opensAt: "2026-11-30T01:00:00.000Z" },
    });
  });

  it("keeps it out in a freeze, and says which", () => {
    const { allowed, reason } = windowsGate({ now: at("2026-12-23T13:10Z"), windows });
    expect({ allowed, reason }).toEqual({
      allowed: false,
      reason:
        "frozen from 2026-12-21 to 2027-01-03 (Christmas); the next one opens Mon 2027-01-04 02:00 Europe/Berlin (2027-01-04T01:00Z)",
    });
  });

  it.each([
    ["the first minute", "2026-11-23T13:00:00.000Z", true],
    ["the moment before it", "2026-11-23T12:59:59.999Z", false],
    ["the last minute", "2026-11-23T14:59:59.999Z", true],
    ["the moment after it", "2026-11-23T15:00:00.000Z", false],
    ["a freeze's first moment", "2026-12-20T23:00:00.000Z", false],
    ["the last window before a freeze", "2026-12-18T14:59:00.000Z", true],
    ["the first window after a freeze", "2027-01-04T01:00:00.000Z", true],
  ])("at %s: %s is %s", (_what, now, allowed) => {
    expect(windowsGate({ now: at(now), windows }).allowed).toBe(allowed);
  });

  it("lets a release in at any time only where the settings say just that", () => {
    expect(windowsGate({ now: 0, windows: false })).toEqual({
      gate: "windows",
      allowed: true,
      reason: "the settings say: at any time",
      inputs: { now: "1970-01-01T00:00:00.000Z", windows: false },
    });
  });

  it.each<[string, Partial<Record<keyof WindowsInputs, unknown>>, string]>([
    ["no windows", { windows: undefined }, "the windows can't be read, so none counts as open: Invalid input"],
    ["no time", { now: undefined }, "expected the time now in milliseconds since 1970, found undefined"],
    [
      "a zone that nobody knows",
      { windows: { ...windows, timeZone: "Mars/Olympus" } },
      "the windows can't be read on this machine, so none counts as open",
    ],
    [
      "no freezes at all",
      { windows: { ...windows, freezes: undefined } },
      "the windows can't be read, so none counts as open: freezes: ",
    ],
  ])("keeps everything out with %s, and says so", (_what, over, reason) => {
    const decision = windowsGate({ now: at("2026-11-23T13:10Z"), windows, ...over } as WindowsInputs);
    expect(decision.allowed).toBe(false);
    expect(decision.reason).toContain(reason);
  });

  it("is never turned from deny into allow by an input that is gone or spoilt, wherever it begins", () => {
    expectNeverOpens(windowsGate, {
      allowed: [{ now: at("2026-11-23T13:10Z"), windows }],
      denied: [
        { now: at("2026-11-27T16:00Z"), windows },
        { now: at("2026-12-23T13:10Z"), windows },
        {
          now: at("2026-12-23T13:10Z"),
          windows: { ...windows, open: [{ days: ["thursday"], from: "00:00", to: "24:00" }] },
        },
      ],
      meant: ["windows = false", "windows.freezes = []"],
    });
  });

  it("is never turned from deny into allow by an input that is gone or spoilt, at any time", () => {
    const whole: Windows = { ...windows, open: [...windows.open, { days: ["saturday"], from: "22:00", to: "03:00" }] };
    const minutes = fc.integer({ min: 0, max: 366 * 24 * 60 }).map((n) => at("2026-06-01T00:00Z") + n * 60_000);
    const ways = corruptions({ now: 0, windows: whole }).length;
    expect(ways).toBeGreaterThan(200);
    fc.assert(
      fc.property(minutes, fc.nat(), (now, way) => {
        const inputs = { now, windows: whole };
        if (windowsGate(inputs).allowed) return true;
        const all = corruptions(inputs);
        const { where, spoilt } = all[way % all.length] ?? { where: "", spoilt: inputs };
        // What means something else, and is right, is said on purpose.
        return (
          ["windows = false", "windows.freezes = []"].includes(where) || !windowsGate(spoilt as WindowsInputs).allowed
        );
      }),
      { numRuns: 400, seed: 1 },
    );
  });
});
