import { z } from "zod";
import { type Envelope, publicKey } from "../model/envelope.ts";
import { digest as digestSchema } from "../model/release.ts";
import { label, serviceName } from "../model/service-name.ts";
import type { EvidenceStatement } from "../model/statement.ts";
import { promotionSchema, type PromotionSettings } from "../model/settings/promotion.ts";
import type { GateDecision } from "./decision.ts";
import { problems } from "./problems.ts";
import { type Quarantined, quarantinedSchema } from "./quarantine.ts";
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
      /** Whether the digest is in quarantine there. */
      readonly quarantine: Quarantined;
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

const rollout = z.string().regex(/^[0-9A-Za-z][0-9A-Za-z._-]*$/, "expected a rollout");

const sourceSchema = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("known"),
    environment: label,
    // An envelope that is none is evidence of nothing, and stands in the way of no other.
    evidence: z.array(z.strictObject({ rollout, envelope: z.unknown() })),
    left: z.array(rollout),
    quarantine: quarantinedSchema,
  }),
  z.strictObject({ kind: z.literal("unknown"), environment: label, reason: z.string() }),
]);

const inputsSchema = z.strictObject({
  settings: promotionSchema,
  service: serviceName,
  digest: digestSchema,
  sources: z.array(sourceSchema),
  trusted: z.record(label, z.array(publicKey)),
  now: z.number().min(0),
});

type Checked = z.infer<typeof inputsSchema>;

/** The same image was healthy in every environment that comes before this one. */
export function promotionGate(inputs: PromotionInputs): GateDecision {
  const gate = "promotion";
  const parsed = inputsSchema.safeParse(inputs);
  if (!parsed.success) {
    const reason = `the promotion can't be judged: ${problems(parsed.error)}`;
    return { gate, allowed: false, reason, inputs: { service: inputs.service ?? null, digest: inputs.digest ?? null } };
  }
  const { settings, service, digest } = parsed.data;
  const found = settings.from.map((environment) => ({ environment, ...judgeSource(parsed.data, environment) }));
  const refused = found.filter(({ allowed }) => !allowed);
  return {
    gate,
    allowed: refused.length === 0,
    reason: (refused.length > 0 ? refused : found).map(({ reason }) => reason).join("; "),
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

function judgeSource({ settings, service, digest, sources, trusted, now }: Checked, environment: string): Judged {
  const own = sources.filter((one) => one.environment === environment);
  const [source] = own;
  if (!source) return denied(`${environment} was not asked`);
  if (own.length > 1) return denied(`${environment} gave ${own.length} answers`);
  if (source.kind === "unknown") return denied(`${environment} can't be asked: ${source.reason}`);
  const { evidence, left, quarantine } = source;
  if (quarantine.kind === "held") return denied(`${environment} has it in quarantine: ${quarantine.reason}`);
  const freshness = { now, maxAgeMs: settings.maxAgeDays * 86_400_000, bakeMs: settings.bakeHours * 3_600_000 };
  const wanted = { environment, service, digest };
  const keys = Object.hasOwn(trusted, environment) ? (trusted[environment] ?? []) : [];
  const refusals: string[] = [];
  for (const { rollout, envelope } of evidence) {
    const checked = checkEvidence(envelope, wanted, keys, freshness);
    if (checked.kind === "invalid") {
      refusals.push(checked.reason);
      continue;
    }
    const { predicate } = checked.statement;
    if (left.includes(rollout) || predicate.rollout !== rollout) {
      refusals.push(predicate.rollout === rollout ? "users were taken back from it" : "it is of another rollout");
      continue;
    }
    const reason = `${environment} had it healthy: ${predicate.version}, promoted at ${predicate.promotedAt}`;
    return { allowed: true, reason, keyId: checked.keyId, rollout, users: predicate.users };
  }
  const [newest] = refusals;
  return denied(
    newest === undefined
      ? `${environment} has no evidence for ${service}`
      : `${environment} has no evidence that counts for ${digest}: ${newest}`,
  );
}

function denied(reason: string): Judged {
  return { allowed: false, reason };
}
