import { describe, expect, it } from "vitest";
import { compareVersions } from "../rollout/version.ts";
import { orderGate } from "./order.ts";
import { quarantineGate } from "./quarantine.ts";

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
    expect(orderGate({ requested, settled, compare: compareVersions })).toEqual({
      gate: "order",
      allowed,
      reason,
      inputs: { requested, settled },
    });
  });
});

describe("the quarantine gate", () => {
  it("lets a digest in that nobody holds", () => {
    expect(quarantineGate({ digest: "sha256:a", reason: null })).toEqual({
      gate: "quarantine",
      allowed: true,
      reason: "the digest is not in quarantine",
      inputs: { digest: "sha256:a", quarantined: false },
    });
  });

  it("keeps one out that was rolled back, even without a reason, and says who lifts it", () => {
    expect(quarantineGate({ digest: "sha256:a", reason: "" })).toEqual({
      gate: "quarantine",
      allowed: false,
      reason: 'sha256:a was rolled back (); a person lifts it with "sluice quarantine lift"',
      inputs: { digest: "sha256:a", quarantined: true },
    });
  });
});
