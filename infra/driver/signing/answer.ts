import { changeOf, misfits } from "../../gates/breaking/fitting.ts";
import { checkApproval } from "../../gates/signed/approval.ts";
import { declared } from "../../ledger/declared.ts";
import type { Actor } from "../../model/actor.ts";
import type { BreakingReport } from "../../model/breaking.ts";
import { RefusedError } from "../../model/errors.ts";
import type { Release } from "../../model/release.ts";
import type { ApprovalStatement } from "../../model/statement.ts";
import { appendAside } from "../append-aside.ts";
import type { Service } from "../context.ts";
import type { Wanted } from "../decide.ts";
import type { SignerPort } from "../ports.ts";
import { askedOf } from "./asked.ts";
import { moment, sign, subjectOf } from "./statement.ts";

/** One person's answer. */
export interface Answer {
  readonly answer: "approve" | "reject";
  readonly reason: string;
  readonly by: Actor;
  /** What breaks by it, seen and agreed to. */
  readonly breaking?: BreakingReport;
}

/**
 * Signs a person's answer to just this revision by just this plan, and keeps it.
 * @throws RefusedError when it wouldn't count: nobody needs to approve here, or not this person, or not by this key,
 * or the report is of something else
 */
export async function answer(
  service: Service,
  wanted: Wanted,
  { answer, reason, by, breaking }: Answer,
  signer: SignerPort,
): Promise<ApprovalStatement["predicate"]> {
  const { gates, environment, name, journal, clock } = service;
  if (!gates.approval) throw new RefusedError(`${environment} asks for no approvals (gates.approval in its settings)`);
  const { release } = wanted.revision;
  const { digest, ...asked } = askedOf({ environment, service: name, gates }, wanted);
  const seen = breaking === undefined ? {} : { acknowledges: acknowledged(service, release, breaking) };
  const predicate = { ...asked, version: release.version, answer, reason, ...seen, by, at: moment(clock.now()) };
  const approval = await sign(signer, {
    ...subjectOf(release),
    predicateType: "urn:sluice:approval:v1",
    predicate,
  });
  const checked = checkApproval(approval, { ...asked, digest }, gates.approval.approvers);
  if (checked.kind === "invalid") throw new RefusedError(`this answer wouldn't count: ${checked.reason}`);
  await appendAside(journal, { kind: "answered", approval });
  return predicate;
}

/** @throws RefusedError when the report isn't about what serves now and what is asked for */
function acknowledged({ environment, name, journal }: Service, release: Release, report: BreakingReport): string {
  const { settled, slots } = declared(journal.entries);
  const serving = settled ? slots[settled]?.revision.release : undefined;
  const wrong = misfits(report, changeOf({ environment, service: name }, serving ?? null, release));
  if (wrong.length > 0) throw new RefusedError(`this report wouldn't count: ${wrong.join("; ")}`);
  return report.hash;
}
