import { describe, expect, it } from "vitest";
import { compareVersions } from "../rollout/version.ts";
import { orderGate } from "./order.ts";
import { quarantineGate } from "./quarantine.ts";
import { expectNeverOpens } from "./testing/never-opens.ts";
import { sampleDigest } from "./testing/statements.ts";

const served = (version: string | null) =>
  version === null ? ({ kind: "none" } as const) : ({ kind: "known", version } as const);

describe("the order gate", () => {
  it.each([
    ["1.1.0", "1.0.0", true, "1.1.0 is not older than 1.0.0"],
    ["1.0.0", "1.0.0", true, "1.0.0 is not older than 1.0.0"],
    ["1.0.0", null, true, "nothing is settled yet"],
    [
      "1.0.0-rc.1",
      "1.0.0",
      false,
      '1.0.0-rc.1 is older than 1.0.0, which serves now; use "sluice rollback" to go back',
    ],
    ["1.9.0", "1.10.0", false, '1.9.0 is older than 1.10.0, which serves now; use "sluice rollback" to go back'],
  ])("%s after %s: %s", (requested, settled, allowed, reason) => {
    expect(orderGate({ requested, settled: served(settled), compare: compareVersions })).toEqual({
      gate: "order",
      allowed,
      reason,
      inputs: { requested, settled },
    });
  });

  it("keeps out what nobody can compare", () => {
    const decision = orderGate({ requested: "1.1.0", settled: served("1.0.0"), compare: () => Number.NaN });
    expect(decision).toMatchObject({ allowed: false, reason: "the order of 1.1.0 and 1.0.0 can't be told" });
  });

  it("is never turned from deny into allow by an input that is gone or spoilt", () => {
    const inputs = { requested: "1.0.0", settled: served("1.1.0"), compare: compareVersions };
    const allowed = [
      { ...inputs, requested: "1.2.0" },
      { ...inputs, settled: served(null) },
    ];
    expectNeverOpens(orderGate, { denied: [inputs], allowed });
  });
});

describe("the quarantine gate", () => {
  it("lets a digest in that nobody holds", () => {
    expect(quarantineGate({ digest: sampleDigest, quarantine: { kind: "clear" } })).toEqual({
      gate: "quarantine",
      allowed: true,
      reason: "the digest is not in quarantine",
      inputs: { digest: sampleDigest, quarantined: false },
    });
  });

  it("keeps one out that was rolled back, even without a reason, and says who lifts it", () => {
    expect(quarantineGate({ digest: sampleDigest, quarantine: { kind: "held", reason: "" } })).toEqual({
      gate: "quarantine",
      allowed: false,
      reason: `${sampleDigest} was rolled back (); a person lifts it with "sluice quarantine lift"`,
      inputs: { digest: sampleDigest, quarantined: true },
    });
  });

  it("is never turned from deny into allow by an input that is gone or spoilt", () => {
    const quarantine = { kind: "held", reason: "errors" } as const;
    expectNeverOpens(quarantineGate, {
      denied: [{ digest: sampleDigest, quarantine }],
      allowed: [{ digest: sampleDigest, quarantine: { kind: "clear" } }],
    });
  });
});
