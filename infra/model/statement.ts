import { z } from "zod";
import { digest, version } from "./release.ts";

const moment = z.iso.datetime({ precision: 3 });

/** In-toto's statement, version 1, about one image. */
function statement<Type extends string, Predicate extends z.ZodType>(predicateType: Type, predicate: Predicate) {
  return z.strictObject({
    _type: z.literal("https://in-toto.io/Statement/v1"),
    subject: z
      .array(
        z.strictObject({ name: z.string(), digest: z.strictObject({ sha256: z.string().regex(/^[0-9a-f]{64}$/) }) }),
      )
      .length(1),
    predicateType: z.literal(predicateType),
    predicate,
  });
}

/** What a rollout was to do, and where. */
const about = {
  environment: z.string(),
  service: z.string(),
  rollout: z.string(),
  version,
  /** Hash of the revision. */
  revision: digest,
  /** Hash of the plan that was frozen. */
  plan: digest,
  /** Who asked. */
  by: z.string(),
  at: moment,
};

const users = z.strictObject({
  looks: z.int().min(0),
  requests: z.int().min(0),
  errors: z.number().min(0),
  worstP95Milliseconds: z.number().nullable(),
});

/** What the promotion gate tells of the evidence that it took. */
export const acceptedEvidence = z.array(z.object({ environment: z.string(), users }));

/** Every gate let this revision into this environment. */
export const decisionStatement = statement(
  "urn:sluice:decision:v1",
  z.strictObject({
    ...about,
    purpose: z.enum(["rollout", "rollback"]),
    gates: z.array(z.strictObject({ gate: z.string(), reason: z.string() })),
    /** From then on no driver begins to fill a slot by it; what runs may go on running. */
    expires: moment,
  }),
);

/** A revision was carried into this environment, and was seen to be healthy until it was settled. */
export const evidenceStatement = statement(
  "urn:sluice:evidence:v1",
  z.strictObject({
    ...about,
    commit: z.string().optional(),
    strategy: z.string(),
    startedAt: moment,
    promotedAt: moment,
    /** Private checks before any user, all hosts. */
    checks: z.array(z.strictObject({ name: z.string(), host: z.string(), result: z.string(), detail: z.string() })),
    /** What its users got while it was watched. */
    users,
  }),
);

/** One person's answer to one revision, by one plan, in one environment. */
export const approvalStatement = statement(
  "urn:sluice:approval:v1",
  z.strictObject({
    environment: z.string(),
    service: z.string(),
    version,
    revision: digest,
    /** Hash of the plan without the seed, which each rollout draws anew. */
    plan: digest,
    answer: z.enum(["approve", "reject"]),
    reason: z.string(),
    /** Hash of a report of breaking changes: all that stands in it was seen, and may come. */
    acknowledges: digest.optional(),
    by: z.string(),
    at: moment,
  }),
);

export type ApprovalStatement = z.infer<typeof approvalStatement>;
export type DecisionStatement = z.infer<typeof decisionStatement>;
export type EvidenceStatement = z.infer<typeof evidenceStatement>;
