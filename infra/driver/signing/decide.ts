import { checkDecision, isExpired } from "../../gates/signed/decision.ts";
import { decisionOf } from "../../ledger/attested.ts";
import { planHash } from "../../ledger/chain.ts";
import type { Envelope } from "../../model/envelope.ts";
import { messageOf } from "../../model/errors.ts";
import type { DecisionStatement } from "../../model/statement.ts";
import type { Run, Service } from "../context.ts";
import type { Decision, Wanted } from "../decide.ts";
import { aboutOf, moment, sign, subjectOf } from "./statement.ts";

export type Signed =
  | { readonly kind: "unsigned" }
  | { readonly kind: "signed"; readonly envelope: Envelope }
  | { readonly kind: "failed"; readonly reason: string };

/** Signs what the gates decided, where the environment signs; a signature that wouldn't count is none. */
export async function signDecision(
  service: Service,
  rollout: string,
  { purpose, revision: { release } }: Wanted,
  { gates, plan, revisionHash }: Extract<Decision, { kind: "go" }>,
): Promise<Signed> {
  const { signing, clock, environment, name } = service;
  if (!signing) return { kind: "unsigned" };
  const now = clock.now();
  const statement: DecisionStatement = {
    ...subjectOf(release),
    predicateType: "urn:sluice:decision:v1",
    predicate: {
      ...aboutOf(service, rollout, release),
      revision: revisionHash,
      plan: planHash(plan),
      purpose,
      at: moment(now),
      expires: moment(now + signing.decisionHours * 3_600_000),
      gates: gates.map(({ gate, reason }) => ({ gate, reason })),
    },
  };
  try {
    const envelope = await sign(signing.signer, statement);
    const slot = { environment, service: name, revisionHash, image: release.image };
    const checked = checkDecision(envelope, slot, signing.trusted[environment] ?? []);
    if (checked.kind === "valid") return { kind: "signed", envelope };
    return { kind: "failed", reason: `the gates' decision, as it was signed, doesn't count: ${checked.reason}` };
  } catch (error) {
    return { kind: "failed", reason: `the gates' decision could not be signed: ${messageOf(error)}` };
  }
}

/** Why the rollout may not begin to fill a slot now; null when it may. */
export function undecided(run: Run): string | null {
  const { signing, environment, name, journal, id, revision, revisionHash, clock } = run;
  if (!signing) return null;
  const slot = { environment, service: name, revisionHash, image: revision.release.image };
  const checked = checkDecision(decisionOf(journal.entries, id), slot, signing.trusted[environment] ?? []);
  if (checked.kind === "invalid") return `the gates' decision doesn't count: ${checked.reason}`;
  if (!isExpired(checked.statement, clock.now())) return null;
  return `the gates' decision expired at ${checked.statement.predicate.expires}: ask for the rollout again`;
}
