import { z } from "zod";
import { publicKey } from "../../model/envelope.ts";
import { digest as digestSchema } from "../../model/release.ts";
import { type EvidenceStatement, evidenceStatement } from "../../model/statement.ts";
import { problems } from "../problems.ts";
import { type Checked, invalid, mismatch } from "./decision.ts";
import { openEnvelope } from "./envelope.ts";
import { maxSkewMs } from "./skew.ts";

/** What evidence is to be about. */
export interface EvidenceFor {
  /** Where the release was healthy. */
  readonly environment: string;
  readonly service: string;
  /** `sha256:...` of the image. */
  readonly digest: string;
}

/** How fresh evidence must be, and how long the release must have been settled. */
export interface Freshness {
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly maxAgeMs: number;
  readonly bakeMs: number;
}

const questionSchema = z.strictObject({
  wanted: z.strictObject({ environment: z.string().min(1), service: z.string().min(1), digest: digestSchema }),
  keys: z.array(publicKey),
  freshness: z.strictObject({ now: z.number(), maxAgeMs: z.number().min(0), bakeMs: z.number().min(0) }),
});

/** Whether this envelope says, in a trusted key's name, that just this image was healthy just there, recently enough. */
export function checkEvidence(
  envelope: unknown,
  wanted: EvidenceFor,
  keys: readonly string[],
  freshness: Freshness,
): Checked<EvidenceStatement> {
  const asked = questionSchema.safeParse({ wanted, keys, freshness });
  if (!asked.success) return invalid(`what it is to say can't be told: ${problems(asked.error)}`);
  const opened = openEnvelope(envelope, keys);
  if (opened.kind === "refused") return invalid(opened.reason);
  const parsed = evidenceStatement.safeParse(opened.statement);
  if (!parsed.success) return invalid("it is no evidence of a healthy rollout");
  const { predicate, subject } = parsed.data;
  const { environment, service, promotedAt } = predicate;
  const different = mismatch(wanted, { environment, service, digest: `sha256:${subject[0]?.digest.sha256 ?? ""}` });
  if (different !== null) return different;
  const { now, maxAgeMs, bakeMs } = freshness;
  const age = now - Date.parse(promotedAt);
  if (!(age >= -maxSkewMs)) return invalid(`it is of ${promotedAt}, which is still to come`);
  if (!(age <= maxAgeMs)) return invalid(`it is of ${promotedAt}, older than ${days(maxAgeMs)} days`);
  if (bakeMs > 0 && !(age >= bakeMs))
    return invalid(`it was settled at ${promotedAt}, less than ${hours(bakeMs)} hours ago`);
  return { kind: "valid", statement: parsed.data, keyId: opened.keyId };
}

function days(ms: number): number {
  return ms / 86_400_000;
}

function hours(ms: number): number {
  return ms / 3_600_000;
}
