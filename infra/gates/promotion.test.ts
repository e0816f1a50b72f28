import { describe, expect, it } from "vitest";
import { promotionGate, type PromotionInputs, type Source } from "./promotion.ts";
import { signed, testKey } from "./testing/keys.ts";
import { expectNeverOpens } from "./testing/never-opens.ts";
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
    quarantine: { kind: "clear" },
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
    [
      "has it in quarantine",
      source("uat", { quarantine: { kind: "held", reason: "5xx" } }),
      "uat has it in quarantine: 5xx",
    ],
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

  it.each<[string, Partial<Record<keyof PromotionInputs, unknown>>, RegExp]>([
    ["bakeHours gone", { settings: { from: ["stg"], maxAgeDays: 7 } }, /settings\.bakeHours: /],
    ["bakeHours that are text", { settings: { ...good.settings, bakeHours: "" } }, /settings\.bakeHours: /],
    ["nowhere to come from", { settings: { ...good.settings, from: [] } }, /settings\.from: /],
    ["any age", { settings: { ...good.settings, maxAgeDays: Infinity } }, /settings\.maxAgeDays: /],
    [
      "a text for what was left",
      { sources: [source("stg", { left: "" as never }), source("uat")] },
      /sources\.0\.left: /,
    ],
    ["keys that are none", { trusted: { ...good.trusted, uat: ["?"] } }, /trusted\.uat\.0: /],
    [
      "two answers of one",
      { sources: [source("stg"), source("uat"), source("uat", { left: ["1-4-2-aa"] })] },
      /uat gave 2 answers/,
    ],
  ])("denies with %s, and says which", (_what, over, reason) => {
    const decision = promotionGate({ ...good, ...over } as PromotionInputs);
    expect(decision.allowed).toBe(false);
    expect(decision.reason).toMatch(reason);
  });

  it("is never turned from deny into allow by an input that is gone or spoilt", () => {
    const forged = [{ rollout: "1-4-2-aa", envelope: signed(other, sampleEvidence({ environment: "uat" })) }];
    const uat = (changes: Parameters<typeof source>[1]) => ({
      ...good,
      sources: [source("stg"), source("uat", changes)],
    });
    expectNeverOpens(promotionGate, {
      allowed: [good],
      denied: [
        uat({ left: ["1-4-2-aa"] }),
        uat({ quarantine: { kind: "held", reason: "5xx" } }),
        uat({ evidence: [] }),
        uat({ evidence: forged }),
        { ...good, sources: [source("stg")] },
        { ...good, sources: [source("stg"), { kind: "unknown", environment: "uat", reason: "no ledger" }] },
        { ...good, now: Date.parse("2026-03-02T10:30:00.000Z") },
        { ...good, now: Date.parse("2026-04-02T10:00:00.000Z") },
        { ...good, now: Date.parse("2026-03-01T10:00:00.000Z") },
        { ...good, service: "org1/other" },
        { ...good, digest: `sha256:${"99".repeat(32)}` },
        { ...good, trusted: { ...good.trusted, uat: [other.publicBase64] } },
      ],
      meant: ["sources.1.left = []"],
    });
  });
});
