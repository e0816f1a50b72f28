import { type DecisionStatement, decisionStatement } from "../../model/statement.ts";
import { digestOf } from "../../model/release.ts";
import { openEnvelope } from "./envelope.ts";

/** The slot that a decision is to allow. */
export interface DecidedFor {
  readonly environment: string;
  readonly service: string;
  /** Hash of the revision. */
  readonly revisionHash: string;
  /** Pinned by digest. */
  readonly image: string;
}

export type Checked<Statement> =
  { readonly kind: "valid"; readonly statement: Statement; readonly keyId: string } | Invalid;

export interface Invalid {
  readonly kind: "invalid";
  readonly reason: string;
  /** What it is about in place of what was asked for, where it is otherwise right: `environment`, `revision`... */
  readonly differs?: string;
}

/**
 * Whether this envelope is the gates' decision for just this revision in just this environment. Its expiry is for who fills
 * slots (`isExpired`): what runs must stay declarable.
 */
export function checkDecision(
  envelope: unknown,
  wanted: DecidedFor,
  keys: readonly string[],
): Checked<DecisionStatement> {
  if (envelope === null || envelope === undefined) return invalid("there is no decision");
  const opened = openEnvelope(envelope, keys);
  if (opened.kind === "refused") return invalid(opened.reason);
  const parsed = decisionStatement.safeParse(opened.statement);
  if (!parsed.success) return invalid("it is no decision of the gates");
  const { predicate, subject } = parsed.data;
  const said: DecidedFor & { digest: string } = {
    environment: predicate.environment,
    service: predicate.service,
    revisionHash: predicate.revision,
    image: wanted.image,
    digest: `sha256:${subject[0]?.digest.sha256 ?? ""}`,
  };
  const different = mismatch({ ...wanted, digest: digestOf(wanted.image) }, said);
  if (different !== null) return different;
  return { kind: "valid", statement: parsed.data, keyId: opened.keyId };
}

/** Whether a slot may no longer be filled by it. `now` in milliseconds since the epoch. */
export function isExpired({ predicate }: DecisionStatement, now: number): boolean {
  return !(Date.parse(predicate.expires) > now);
}

/** The first thing that two descriptions differ in. */
export function mismatch<Of extends object>(wanted: Of, said: Of): Invalid | null {
  // What is said is whole, whatever got lost of what is wanted.
  for (const key of Object.keys(said) as (keyof Of & string)[]) {
    if (wanted[key] === said[key]) continue;
    return { ...invalid(`it is for ${key} ${String(said[key])}, not ${String(wanted[key])}`), differs: key };
  }
  return null;
}

export function invalid(reason: string): Invalid {
  return { kind: "invalid", reason };
}
