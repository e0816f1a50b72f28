import { z } from "zod";
import { digest } from "./release.ts";

/** Full hash of a commit: SHA-1 or SHA-256. */
export const fullCommit = z.string().regex(/^([0-9a-f]{40}|[0-9a-f]{64})$/, "expected a commit's full hash");

const finding = z.strictObject({
  /** What it was found in. */
  kind: z.enum(["contract", "openapi", "commit", "environment", "health", "migration"]),
  /** Which rule, e.g. `request-parameter-became-required`. */
  id: z.string().min(1),
  /** `unsure`: it may break somebody, or nobody can tell. Counts all the same. */
  severity: z.enum(["breaking", "unsure"]),
  /** e.g. `GET /users`, a commit, a variable, a path. */
  where: z.string(),
  what: z.string(),
});

const end = z.strictObject({
  /** As it was asked for: a tag, a branch, a hash. */
  ref: z.string(),
  commit: fullCommit,
});

/** What `sluice breaking` found between two commits of a service's repository. */
export const breakingReportSchema = z.strictObject({
  type: z.literal("urn:sluice:breaking:v1"),
  from: end,
  to: end,
  /** Whose settings were looked at; null when none were. */
  environment: z.string().min(1).nullable(),
  service: z.string().min(1).nullable(),
  findings: z.array(finding).readonly(),
  /** Of all of the above: what an approval acknowledges. */
  hash: digest,
});

/** What the gate tells of them: the first few, and how many there are. */
export const breakingFindings = z.object({ findings: z.array(finding), found: z.int() });

export type BreakingReport = z.infer<typeof breakingReportSchema>;
export type BreakingFinding = z.infer<typeof finding>;
