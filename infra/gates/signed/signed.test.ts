import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Envelope } from "../../model/envelope.ts";
import { corruptions } from "../testing/corruptions.ts";
import { signed, testKey } from "../testing/keys.ts";
import { sampleDecision, sampleDigest, sampleEvidence, sampleImage, sampleRevision } from "../testing/statements.ts";
import { checkDecision, isExpired } from "./decision.ts";
import { openEnvelope, signedBytes } from "./envelope.ts";
import { checkEvidence } from "./evidence.ts";

const [own, foreign] = [testKey(), testKey()];
const keys = [own.publicBase64];
const slot = { environment: "prod", service: "org1/react-ui", revisionHash: sampleRevision, image: sampleImage };
const wanted = { environment: "stg", service: "org1/react-ui", digest: sampleDigest };
const day = 86_400_000;
const fresh = { now: Date.parse("2026-03-03T10:00:00.000Z"), maxAgeMs: 7 * day, bakeMs: 0 };

describe("an envelope", () => {
  it("is signed over type and payload with their lengths, as DSSE's own example has it", () => {
    const bytes = signedBytes("http://example.com/HelloWorld", Buffer.from("hello world"));
    expect(bytes.toString()).toBe("DSSEv1 29 http://example.com/HelloWorld 11 hello world");
  });

  it("tells what was signed by any key that is trusted, while one is exchanged for another", () => {
    const opened = openEnvelope(signed(own, { a: 1 }), [foreign.publicBase64, own.publicBase64]);
    expect(opened).toMatchObject({ kind: "opened", statement: { a: 1 } });
  });

  it.each<[string, unknown, RegExp]>([
    ["nothing", null, /no DSSE envelope/],
    ["something else", { payload: "AAAA" }, /no DSSE envelope/],
    ["another type", { ...signed(own, {}), payloadType: "text/plain" }, /of type text\/plain/],
    ["a foreign key's", signed(foreign, { a: 1 }), /none of the 1 trusted keys/],
    ["a foreign key's under our key's name", renamed(signed(foreign, {}), signed(own, {})), /none of the 1 trusted/],
    ["no signature", { ...signed(own, {}), signatures: [] }, /no DSSE envelope/],
  ])("of %s is refused", (_what, envelope, reason) => {
    expect(openEnvelope(envelope, keys)).toEqual({ kind: "refused", reason: expect.stringMatching(reason) as string });
  });

  it("is refused where no key is trusted", () => {
    expect(openEnvelope(signed(own, {}), [])).toMatchObject({ kind: "refused" });
  });
});

describe("a decision", () => {
  const decision = signed(own, sampleDecision());

  it("counts for just its revision", () => {
    expect(checkDecision(decision, slot, keys)).toMatchObject({ kind: "valid", statement: sampleDecision() });
  });

  it.each<[string, Partial<typeof slot>, string]>([
    ["another environment", { environment: "uat" }, "it is for environment prod, not uat"],
    ["another service", { service: "org2/react-ui" }, "it is for service org1/react-ui, not org2/react-ui"],
    [
      "another revision",
      { revisionHash: sampleDigest },
      `it is for revisionHash ${sampleRevision}, not ${sampleDigest}`,
    ],
    [
      "another image",
      { image: `registry.example.com/org1/react-ui@${sampleRevision}` },
      `it is for digest ${sampleDigest}, not ${sampleRevision}`,
    ],
  ])("doesn't count for %s", (_what, change, reason) => {
    expect(checkDecision(decision, { ...slot, ...change }, keys)).toMatchObject({ kind: "invalid", reason });
  });

  it.each([
    ["missing", null, "there is no decision"],
    ["evidence", signed(own, sampleEvidence({ environment: "prod" })), "it is no decision of the gates"],
    [
      "forged",
      signed(foreign, sampleDecision()),
      "its signature is by none of the 1 trusted keys, or it was changed since",
    ],
  ])("that is %s doesn't count", (_what, envelope, reason) => {
    expect(checkDecision(envelope, slot, keys)).toMatchObject({ kind: "invalid", reason });
  });

  it.each([
    ["2026-03-03T09:59:59.999Z", false],
    ["2026-03-03T10:00:00.000Z", true],
    ["2027-03-03T10:00:00.000Z", true],
  ])("of 2026-03-02 for a day, at %s: expired %s", (now, expired) => {
    expect(isExpired(sampleDecision(), Date.parse(now))).toBe(expired);
  });
});

describe("evidence", () => {
  const evidence = signed(own, sampleEvidence());

  it("counts for its image, where it was healthy", () => {
    expect(checkEvidence(evidence, wanted, keys, fresh)).toMatchObject({ kind: "valid", statement: sampleEvidence() });
  });

  it.each<[string, Partial<typeof wanted>, Partial<typeof fresh>, string]>([
    ["of another environment", { environment: "uat" }, {}, "it is for environment stg, not uat"],
    ["of another service", { service: "org2/react-ui" }, {}, "it is for service org1/react-ui, not org2/react-ui"],
    ["of another digest", { digest: sampleRevision }, {}, `it is for digest ${sampleDigest}, not ${sampleRevision}`],
    ["that is too old", {}, { now: fresh.now + 7 * day }, "it is of 2026-03-02T10:00:00.000Z, older than 7 days"],
    ["that isn't baked", {}, { bakeMs: 2 * day }, "it was settled at 2026-03-02T10:00:00.000Z, less than 48 hours ago"],
    ["of the future", {}, { now: 0 }, "it is of 2026-03-02T10:00:00.000Z, which is still to come"],
    [
      "at no known time",
      {},
      { now: NaN },
      "what it is to say can't be told: freshness.now: Invalid input: expected number, received NaN",
    ],
  ])("%s doesn't count", (_what, about, when, reason) => {
    const checked = checkEvidence(evidence, { ...wanted, ...about }, keys, { ...fresh, ...when });
    expect(checked).toMatchObject({ kind: "invalid", reason });
  });

  it("counts when the clock that it was signed by is some minutes ahead", () => {
    const promotedAt = Date.parse("2026-03-02T10:00:00.000Z");
    const at = (now: number) => checkEvidence(evidence, wanted, keys, { ...fresh, now }).kind;
    expect([at(promotedAt - 4 * 60_000), at(promotedAt - 6 * 60_000)]).toEqual(["valid", "invalid"]);
  });

  it.each<[string, object, Partial<typeof fresh>]>([
    ["another image's", { digest: sampleRevision }, {}],
    ["another service's", { service: "org2/react-ui" }, {}],
    ["another environment's", { environment: "uat" }, {}],
    ["old evidence", {}, { now: fresh.now + 7 * day }],
    ["evidence of the future", {}, { now: 0 }],
    ["what isn't baked", {}, { bakeMs: 2 * day }],
  ])("that is %s never counts when anything of the question is gone or spoilt", (_what, about, when) => {
    const question = { wanted: { ...wanted, ...about }, keys, freshness: { ...fresh, ...when } };
    type Question = typeof question;
    const counts = (one: Question) => checkEvidence(evidence, one.wanted, one.keys, one.freshness).kind === "valid";
    expect(counts(question)).toBe(false);
    const counting = corruptions(question).filter(({ spoilt }) => counts(spoilt as Question));
    expect(counting.map(({ where }) => where)).toEqual([]);
  });

  it("of a foreign key doesn't count, nor a decision in its place", () => {
    expect(checkEvidence(signed(foreign, sampleEvidence()), wanted, keys, fresh)).toMatchObject({ kind: "invalid" });
    expect(checkEvidence(signed(own, sampleDecision({ environment: "stg" })), wanted, keys, fresh)).toEqual({
      kind: "invalid",
      reason: "it is no evidence of a healthy rollout",
    });
  });

  it("with any one character of it changed never counts", () => {
    const text = JSON.stringify(evidence);
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.string({ minLength: 1, maxLength: 1 }), (at, character) => {
        const changed = text.slice(0, at) + character + text.slice(at + 1);
        const envelope = parsed(changed);
        const isSame = isSameContent(envelope, evidence);
        expect(isSame || checkEvidence(envelope, wanted, keys, fresh).kind === "invalid").toBe(true);
      }),
      { numRuns: 2_000, seed: 1 },
    );
  });
});

/** Another name in the signature is no other signature; base64 may be written in more ways than one. */
function isSameContent(given: unknown, { payloadType, payload, signatures }: Envelope): boolean {
  const { payloadType: type, payload: said, signatures: by } = (given ?? {}) as Partial<Envelope>;
  const bytes = (text: unknown) => Buffer.from(String(text), "base64").toString("hex");
  return type === payloadType && bytes(said) === bytes(payload) && bytes(by?.[0]?.sig) === bytes(signatures[0]?.sig);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function renamed(envelope: Envelope, { signatures: [ours] }: Envelope): Envelope {
  return { ...envelope, signatures: envelope.signatures.map(({ sig }) => ({ keyid: ours?.keyid ?? "", sig })) };
}
