import { describe, expect, it } from "vitest";
import { cacheFolder } from "./cache.mjs";
import { fits } from "./dependencies.mjs";
import { isFittingNode } from "./node.mjs";

describe("isFittingNode", () => {
  it.each([
    ["20.20.2", false],
    ["24.9.0", false],
    ["24.21.0", true],
    ["v24.22.1", true],
    ["25.1.0", false],
    ["26.0.0", true],
    ["27.0.0", false],
    ["nonsense", false],
  ])("%s: %s", (version, fitting) => {
    expect(isFittingNode(version)).toBe(fitting);
  });
});

describe("cacheFolder", () => {
  it("is SLUICE_CACHE, else below the XDG cache folder, whose relative form doesn't count", () => {
    expect(cacheFolder({ SLUICE_CACHE: "/own", XDG_CACHE_HOME: "/xdg" })).toBe("/own");
    expect(cacheFolder({ XDG_CACHE_HOME: "/xdg" })).toBe("/xdg/sluice");
    expect(cacheFolder({ XDG_CACHE_HOME: "xdg" })).toMatch(/\/\.cache\/sluice$/);
  });
});

describe("fits", () => {
  const a = { version: "1.0.0", integrity: "sha512-a" };
  const lockFile = JSON.stringify({
    packages: { "": {}, "node_modules/a": a, "node_modules/mac": { version: "2.0.0", optional: true } },
  });

  it.each([
    ["nothing is installed", undefined, false],
    ["all is installed but what is for another platform", { "node_modules/a": a }, true],
    ["another version is installed", { "node_modules/a": { ...a, version: "1.0.1" } }, false],
    ["another content is installed", { "node_modules/a": { ...a, integrity: "sha512-b" } }, false],
    ["a package is missing", {}, false],
  ])("when %s", (_, packages, expected) => {
    expect(fits(lockFile, packages && JSON.stringify({ packages }))).toBe(expected);
  });

  it("doesn't take a torn record for an installation", () => {
    expect(fits(lockFile, '{"packages": {')).toBe(false);
  });
});
