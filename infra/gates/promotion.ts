import type { Envelope } from "../model/envelope.ts";
import type { EvidenceStatement } from "../model/statement.ts";
import type { PromotionSettings } from "../model/settings/promotion.ts";
import type { GateDecision } from "./decision.ts";
import { checkEvidence } from "./signed/evidence.ts";

/** What an environment that a release must have come through says of its image. */
export type Source =
  | {
      readonly kind: "known";
      readonly environment: string;
      /** Of this service, newest first. */
      readonly evidence: readonly { readonly rollout: string; readonly envelope: Envelope }[];
      /** Rollouts that users were taken back from after their promotion. */
      readonly left: readonly string[];
      /** Why the digest is in quarantine there; null when it isn't. */
      readonly quarantined: string | null;
    }
  | { readonly kind: "unknown"; readonly environment: string; readonly reason: string };

export interface PromotionInputs {
  readonly settings: PromotionSettings;
  readonly service: string;
  /** `sha256:...` of the image asked for. */
  readonly digest: string;
  readonly sources: readonly Source[];
  /** Public keys by environment. */
  readonly trusted: Readonly<Record<string, readonly string[]>>;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** The same image was healthy in every environment that comes before this one. */
export function promotionGate(inputs: PromotionInputs): GateDecision {
  const { settings, service, digest } = inputs;
  const found = settings.from.map((environment) => ({ environment, ...judgeSource(inputs, environment) }));
  const denied = found.filter(({ allowed }) => !allowed);
  return {
    gate: "promotion",
    allowed: denied.length === 0,
    reason: (denied.length > 0 ? denied : found).map(({ reason }) => reason).join("; "),
    inputs: { service, digest, maxAgeDays: settings.maxAgeDays, bakeHours: settings.bakeHours, from: found },
  };
}

interface Judged {
  readonly allowed: boolean;
  readonly reason: string;
  readonly keyId?: string;
  readonly rollout?: string;
  /** What its users got there. */
  readonly users?: EvidenceStatement["predicate"]["users"];
}

function judgeSource(
  { settings, service, digest, sources, trusted, now }: PromotionInputs,
  environment: string,
): Judged {
  const source = sources.find((one) => one.environment === environment);
  if (!source) return denied(`${environment} was not asked`);
  if (source.kind === "unknown") return denied(`${environment} can't be asked: ${source.reason}`);
  if (source.quarantined !== null) return denied(`${environment} has it in quarantine: ${source.quarantined}`);
  const freshness = { now, maxAgeMs: settings.maxAgeDays * 86_400_000, bakeMs: settings.bakeHours * 3_600_000 };
  const wanted = { environment, service, digest };
  const problems: string[] = [];
  for (const { rollout, envelope } of source.evidence) {
    const checked = checkEvidence(envelope, wanted, trusted[environment] ?? [], freshness);
    if (checked.kind === "invalid") {
      problems.push(checked.reason);
      continue;
    }
    const { predicate } = checked.statement;
    if (source.left.includes(rollout) || predicate.rollout !== rollout) {
      problems.push(predicate.rollout === rollout ? "users were taken back from it" : "it is of another rollout");
      continue;
    }
    const reason = `${environment} had it healthy: ${predicate.version}, promoted at ${predicate.promotedAt}`;
    return { allowed: true, reason, keyId: checked.keyId, rollout, users: predicate.users };
  }
  const [newest] = problems;
  return denied(
    newest === undefined
      ? `${environment} has no evidence for ${service}`
      : `${environment} has no evidence that counts for ${digest}: ${newest}`,
  );
}

function denied(reason: string): Judged {
  return { allowed: false, reason };
}
