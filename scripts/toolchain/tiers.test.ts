import { describe, expect, it } from "vitest";
import { planTiers, REFUSAL_TTL_MS, whyUnfit } from "./tiers.ts";

const found = { command: "/opt/pulumi", version: "3.260.1", languageHost: "/opt/pulumi-language-nodejs" };
const refusal = { reason: "403", at: 1_000 };

describe("planTiers", () => {
  it.each([
    ["nothing is there", undefined, undefined, ["official", "registry"]],
    ["a fitting pulumi is on PATH", found, undefined, ["path", "official", "registry"]],
    ["the one on PATH is too old", { ...found, version: "3.258.9" }, undefined, ["official", "registry"]],
    ["the one on PATH is of the next major", { ...found, version: "4.0.0" }, undefined, ["official", "registry"]],
    [
      "the one on PATH has no language host",
      { ...found, languageHost: undefined },
      undefined,
      ["official", "registry"],
    ],
    ["the download was refused today", undefined, refusal, ["registry"]],
  ])("when %s", (_, pulumi, refused, tiers) => {
    expect(planTiers(undefined, pulumi, refused, refusal.at + REFUSAL_TTL_MS - 1)).toEqual({ ok: true, tiers });
  });

  it("tries a refused download again after a day", () => {
    const plan = planTiers(undefined, undefined, refusal, refusal.at + REFUSAL_TTL_MS);
    expect(plan).toEqual({ ok: true, tiers: ["official", "registry"] });
  });

  it("tries only the forced tier, a refused one too", () => {
    expect(planTiers("official", found, refusal, refusal.at)).toEqual({ ok: true, tiers: ["official"] });
    expect(planTiers("path", found, undefined, 0)).toEqual({ ok: true, tiers: ["path"] });
  });

  it("says why a forced tier can't be had", () => {
    expect(planTiers("path", undefined, undefined, 0)).toEqual({
      ok: false,
      problem: "SLUICE_TOOLCHAIN=path: there is no pulumi on PATH",
    });
    expect(planTiers("brew", undefined, undefined, 0)).toEqual({
      ok: false,
      problem: 'SLUICE_TOOLCHAIN: expected path, official, registry, got "brew"',
    });
  });
});

describe("whyUnfit", () => {
  it("names the version that it found and the one it expects", () => {
    expect(whyUnfit({ ...found, version: "3.1.0" })).toBe("/opt/pulumi is 3.1.0, expected >=3.259.0 <4");
  });
});
