import { usersOf } from "../../ledger/attested.ts";
import { planHash } from "../../ledger/chain.ts";
import { declared } from "../../ledger/declared.ts";
import { rollouts } from "../../ledger/rollouts.ts";
import { ConflictError, messageOf } from "../../model/errors.ts";
import type { EvidenceStatement } from "../../model/statement.ts";
import type { Service } from "../context.ts";
import { aboutOf, moment, sign, subjectOf } from "./statement.ts";

/**
 * Signs that what serves now was carried in healthily, and keeps it; once. Failing harms nobody but the release's way to
 * other environments.
 */
export async function attest(service: Service): Promise<void> {
  const { signing, journal, clock, tell } = service;
  const { settled, slots } = declared(journal.entries);
  const serving = settled ? slots[settled] : null;
  const rollout = rollouts(journal.entries).findLast(({ outcome }) => outcome === "promoted");
  if (!signing || !serving || !rollout?.plan || rollout.purpose !== "rollout") return;
  const { id, plan, release, revisionHash, startedAt, endedAt, candidate, checks, looks } = rollout;
  if (revisionHash !== serving.revisionHash || journal.has("attested", id) || !startedAt || !endedAt) return;
  const statement: EvidenceStatement = {
    ...subjectOf(release),
    predicateType: "urn:sluice:evidence:v1",
    predicate: {
      ...aboutOf(service, id, release),
      ...(release.commit === undefined ? {} : { commit: release.commit }),
      revision: revisionHash,
      plan: planHash(plan),
      strategy: plan.strategy,
      at: moment(clock.now()),
      startedAt,
      promotedAt: endedAt,
      checks: checks.map(({ name, host, result, detail }) => ({ name, host, result, detail })),
      users: usersOf(looks, candidate),
    },
  };
  try {
    await journal.append({ kind: "attested", rollout: id, evidence: await sign(signing.signer, statement) });
    tell("good", `Evidence signed: ${release.version} was healthy in ${service.environment}`);
  } catch (error) {
    if (error instanceof ConflictError) throw error;
    const what = `no evidence of it could be signed: ${messageOf(error)}`;
    tell("bad", `${release.version} is settled, but ${what}. Run "sluice resume".`);
  }
}
