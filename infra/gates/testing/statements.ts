import type { DecisionStatement, EvidenceStatement } from "../../model/statement.ts";

export const sampleDigest = `sha256:${"ab".repeat(32)}`;
export const sampleImage = `registry.example.com/org1/react-ui@${sampleDigest}`;
export const sampleRevision = `sha256:${"cd".repeat(32)}`;

const about = {
  service: "org1/react-ui",
  rollout: "1-4-2-aa",
  version: "1.4.2",
  revision: sampleRevision,
  plan: `sha256:${"ef".repeat(32)}`,
  by: "alice",
  at: "2026-03-02T10:00:00.000Z",
} as const;

const subject = [{ name: "registry.example.com/org1/react-ui", digest: { sha256: "ab".repeat(32) } }];

export function sampleDecision(changes: Partial<DecisionStatement["predicate"]> = {}): DecisionStatement {
  return {
    _type: "https://in-toto.io/Statement/v1",
    subject,
    predicateType: "urn:sluice:decision:v1",
    predicate: {
      ...about,
      environment: "prod",
      purpose: "rollout",
      gates: [{ gate: "quarantine", reason: "the digest is not in quarantine" }],
      expires: "2026-03-03T10:00:00.000Z",
      ...changes,
    },
  };
}

export function sampleEvidence(changes: Partial<EvidenceStatement["predicate"]> = {}): EvidenceStatement {
  return {
    _type: "https://in-toto.io/Statement/v1",
    subject,
    predicateType: "urn:sluice:evidence:v1",
    predicate: {
      ...about,
      environment: "stg",
      strategy: "canary",
      startedAt: "2026-03-02T09:00:00.000Z",
      promotedAt: "2026-03-02T10:00:00.000Z",
      checks: [{ name: "http", host: "stg-1", result: "healthy", detail: "200" }],
      users: { looks: 30, requests: 1_200, errors: 2, worstP95Milliseconds: 120 },
      ...changes,
    },
  };
}
