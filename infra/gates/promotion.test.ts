import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { promotionGate, type PromotionInputs, type Source } from "./promotion.ts";
import { signed, testKey } from "./testing/keys.ts";
import { sampleDigest, sampleEvidence } from "./testing/statements.ts";

const keys = { stg: testKey(), uat: testKey() };
const other = testKey();

function source(environment: "stg" | "uat", changes: Partial<Extract<Source, { kind: "known" }>> = {}): Source {
  const envelope = signed(keys[environment], sampleEvidence({ environment }));
  return {
    kind: "known",
    environment,
    evidence: [{ rollout: "1-4-2-aa", envelope }],
    left: [],
    quarantined: null,
    ...changes,
  };
}

const good: PromotionInputs = {
  settings: { from: ["stg", "uat"], maxAgeDays: 7, bakeHours: 1 },
  service: "org1/react-ui",
  digest: sampleDigest,
  sources: [source("stg"), source("uat")],
  trusted: { stg: [keys.stg.publicBase64], uat: [keys.uat.publicBase64] },
  now: Date.parse("2026-03-03T10:00:00.000Z"),
};

describe("the promotion gate", () => {
  it("lets an image in that was healthy in every environment before", () => {
    expect(promotionGate(good)).toMatchObject({
      gate: "promotion",
      allowed: true,
      reason:
        "stg had it healthy: 1.4.2, promoted at 2026-03-02T10:00:00.000Z; uat had it healthy: 1.4.2, promoted at 2026-03-02T10:00:00.000Z",
    });
  });

  it.each<[string, Source, string]>([
    ["can't be asked", { kind: "unknown", environment: "uat", reason: "no ledger" }, "uat can't be asked: no ledger"],
    ["has nothing", source("uat", { evidence: [] }), "uat has no evidence for org1/react-ui"],
    ["has it in quarantine", source("uat", { quarantined: "5xx" }), "uat has it in quarantine: 5xx"],
    [
      "was left again",
      source("uat", { left: ["1-4-2-aa"] }),
      `uat has no evidence that counts for ${sampleDigest}: users were taken back from it`,
    ],
    [
      "shows another rollout's evidence",
      source("uat", {
        evidence: [{ rollout: "1-4-2-bb", envelope: signed(keys.uat, sampleEvidence({ environment: "uat" })) }],
      }),
      `uat has no evidence that counts for ${sampleDigest}: it is of another rollout`,
    ],
    [
      "shows what stg signed",
      source("uat", {
        evidence: [{ rollout: "1-4-2-aa", envelope: signed(keys.stg, sampleEvidence({ environment: "uat" })) }],
      }),
      `uat has no evidence that counts for ${sampleDigest}: its signature is by none of the 1 trusted keys, or it was changed since`,
    ],
    [
      "replays what was healthy in stg",
      source("uat", {
        evidence: [{ rollout: "1-4-2-aa", envelope: signed(keys.uat, sampleEvidence({ environment: "stg" })) }],
      }),
      `uat has no evidence that counts for ${sampleDigest}: it is for environment stg, not uat`,
    ],
  ])("keeps it out when one %s", (_what, uat, reason) => {
    expect(promotionGate({ ...good, sources: [source("stg"), uat] })).toMatchObject({ allowed: false, reason });
  });

  it("takes older evidence that counts where the newest doesn't", () => {
    const [old] = source("stg").kind === "known" ? (source("stg") as Extract<Source, { kind: "known" }>).evidence : [];
    const newest = { rollout: "1-4-2-cc", envelope: signed(other, sampleEvidence()) };
    const stg = source("stg", { evidence: [newest, ...(old ? [old] : [])] });
    expect(promotionGate({ ...good, sources: [stg, source("uat")] })).toMatchObject({ allowed: true });
  });

  it("never lets in more when any one input is gone or corrupt", () => {
    const corrupt = fc.constantFrom(undefined, null, "", "x", -1, NaN, [], {});
    const places: readonly (readonly (string | number)[])[] = [
      ["digest"],
      ["service"],
      ["now"],
      ["settings", "maxAgeDays"],
      ["sources", 0],
      ["sources", 1],
      ["trusted", "stg"],
      ["trusted", "uat"],
      ["sources", 0, "environment"],
      ["sources", 1, "evidence"],
      ["sources", 1, "evidence", 0],
      ["sources", 1, "evidence", 0, "rollout"],
      ["sources", 1, "evidence", 0, "envelope"],
      ["sources", 0, "evidence", 0, "envelope", "payload"],
      ["sources", 0, "evidence", 0, "envelope", "payloadType"],
      ["sources", 0, "evidence", 0, "envelope", "signatures"],
    ];
    fc.assert(
      fc.property(fc.constantFrom(...places), corrupt, (path, value) => {
        const inputs = structuredClone(good) as unknown as Record<string | number, unknown>;
        const parent = path.slice(0, -1).reduce((at, key) => at[key] as typeof inputs, inputs);
        parent[path.at(-1) ?? ""] = value;
        expect(isAllowed(inputs as unknown as PromotionInputs)).toBe(false);
      }),
      { numRuns: 500, seed: 1 },
    );
  });
});

/** A gate that throws denies as well: nothing begins. */
function isAllowed(inputs: PromotionInputs): boolean {
  try {
    return promotionGate(inputs).allowed;
  } catch {
    return false;
  }
}
