import type { ApprovalStatement } from "../../model/statement.ts";
import type { ApprovalInputs } from "../heard.ts";
import { signed, testKey } from "./keys.ts";
import { sampleAsked } from "./requests.ts";
import { sampleDigest } from "./statements.ts";

/** Of those who answer. */
export const keys = { alice: testKey(), bob: testKey(), carol: testKey(), mallory: testKey() };
type Name = keyof typeof keys;

/** `sluice approve` by one of them, unless changed. */
export function answer(
  by: Name,
  changes: Partial<ApprovalStatement["predicate"]> & { readonly digest?: string; readonly key?: Name } = {},
) {
  const { digest = sampleDigest, key = by, ...predicate } = changes;
  const { environment, service, revision, plan } = sampleAsked;
  const about = { environment, service, revision, plan, version: "1.4.2", reason: "", at: "2026-03-02T10:00:00.000Z" };
  return signed(keys[key], {
    _type: "https://in-toto.io/Statement/v1",
    subject: [{ name: "registry.example.com/org1/react-ui", digest: { sha256: digest.slice("sha256:".length) } }],
    predicateType: "urn:sluice:approval:v1",
    predicate: { ...about, answer: "approve", by, ...predicate },
  });
}

/** What bob and carol agreed to, by key. */
export const good: ApprovalInputs = {
  settings: {
    approvers: {
      alice: keys.alice.publicBase64,
      bob: keys.bob.publicBase64,
      carol: keys.carol.publicBase64,
    },
    required: 2,
    expiresHours: 72,
  },
  asked: sampleAsked,
  by: "alice",
  answers: [answer("bob"), answer("carol")],
  used: 0,
  request: { kind: "none" },
  now: Date.parse("2026-03-03T10:00:00.000Z"),
};
