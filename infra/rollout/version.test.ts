import fc from "fast-check";
import semver from "semver";
import { describe, expect, it } from "vitest";
import { version as schema } from "../model/release.ts";
import { compareVersions, nextVersion } from "./version.ts";

const sign = (order: number) => Math.sign(order) + 0;

describe("compareVersions", () => {
  it("orders semver.org's own examples", () => {
    const ordered = [
      "1.0.0-alpha",
      "1.0.0-alpha.1",
      "1.0.0-alpha.beta",
      "1.0.0-beta",
      "1.0.0-beta.2",
      "1.0.0-beta.11",
      "1.0.0-rc.1",
      "1.0.0",
      "2.0.0",
      "2.1.0",
      "2.1.1",
    ];
    for (const [i, a] of ordered.entries()) {
      for (const [j, b] of ordered.entries())
        expect([a, b, sign(compareVersions(a, b))]).toEqual([a, b, Math.sign(i - j) + 0]);
    }
  });

  it.each([
    ["build metadata doesn't count", "1.0.0+a", "1.0.0+b", 0],
    ["not even against none", "1.0.0-rc.1+7", "1.0.0-rc.1", 0],
    ["numbers aren't text", "1.10.0", "1.9.0", 1],
    ["a number is below a word", "1.0.0-1", "1.0.0-a", -1],
    ["a hyphen may be part of a word", "1.0.0--1", "1.0.0-1", 1],
    ["a hyphen in build metadata begins no pre-release", "1.0.0+a-b", "1.0.0", 0],
    ["capitals come first", "1.0.0-A", "1.0.0-a", -1],
    ["beyond 2^53 every digit counts", "1.0.9007199254740993", "1.0.9007199254740992", 1],
    ["in pre-releases too", "1.0.0-20260101000000000001", "1.0.0-20260101000000000002", -1],
  ])("%s", (_what, a, b, expected) => {
    expect(sign(compareVersions(a, b))).toBe(expected);
    expect(sign(compareVersions(b, a))).toBe(-expected + 0);
  });

  const identifier = fc.oneof(fc.nat(30).map(String), fc.stringMatching(/^[0-9]{0,2}[a-zA-Z-][0-9a-zA-Z-]{0,2}$/));
  const versions = fc
    .tuple(
      fc.nat(12),
      fc.nat(12),
      fc.nat(12),
      fc.array(identifier, { maxLength: 3 }),
      fc.constantFrom("", "+7", "+a-b"),
    )
    .map(
      ([major, minor, patch, pre, build]) =>
        `${major}.${minor}.${patch}${pre.length > 0 ? `-${pre.join(".")}` : ""}${build}`,
    )
    .filter((text) => schema.safeParse(text).success);

  it("is a total order of all versions", () => {
    fc.assert(
      fc.property(versions, versions, versions, (a, b, c) => {
        expect(sign(compareVersions(a, a))).toBe(0);
        expect(sign(compareVersions(a, b))).toBe(-sign(compareVersions(b, a)) + 0);
        if (compareVersions(a, b) <= 0 && compareVersions(b, c) <= 0)
          expect(compareVersions(a, c)).toBeLessThanOrEqual(0);
      }),
      { numRuns: 2_000 },
    );
  });

  it("agrees with the semver package where that one has no limit", () => {
    fc.assert(
      fc.property(versions, versions, (a, b) => {
        expect(sign(compareVersions(a, b))).toBe(semver.compare(a, b));
      }),
      { numRuns: 2_000 },
    );
  });

  it.each(["v1.0.0", "1.0", "", "1.0.0-", "01.0.0"])("refuses %j", (text) => {
    expect(() => compareVersions("1.0.0", text)).toThrow(TypeError);
  });
});

describe("nextVersion", () => {
  const limits = { patchLimit: 9, minorLimit: 9 };
  it.each([
    ["1.4.2", "1.4.3"],
    ["1.4.8", "1.4.9"],
    ["1.4.9", "1.5.0"],
    ["1.9.9", "2.0.0"],
    ["1.4.12", "1.5.0"],
    ["1.12.9", "2.0.0"],
    ["9.9.9", "10.0.0"],
    ["1.5.0-rc.1", "1.5.0"],
    ["1.5.0-rc.1+build", "1.5.0"],
    ["1.5.0+build", "1.5.1"],
    ["9007199254740993.9.9", "9007199254740994.0.0"],
  ])("after %s is %s", (current, next) => {
    expect(nextVersion(current, limits)).toBe(next);
  });

  it("rolls where the settings say", () => {
    expect(nextVersion("1.2.3", { patchLimit: 3, minorLimit: 99 })).toBe("1.3.0");
    expect(nextVersion("1.2.3", { patchLimit: 3, minorLimit: 2 })).toBe("2.0.0");
  });

  it("is always newer", () => {
    const numbers = fc.tuple(fc.nat(30), fc.nat(30), fc.nat(30), fc.constantFrom("", "-rc.1"));
    fc.assert(
      fc.property(
        numbers,
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 1, max: 20 }),
        ([a, b, c, pre], patchLimit, minorLimit) => {
          const current = `${a}.${b}.${c}${pre}`;
          expect(compareVersions(nextVersion(current, { patchLimit, minorLimit }), current)).toBeGreaterThan(0);
        },
      ),
    );
  });
});
