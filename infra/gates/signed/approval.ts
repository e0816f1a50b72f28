import { type ApprovalStatement, approvalStatement } from "../../model/statement.ts";
import { type Checked, invalid, mismatch } from "./decision.ts";
import { openEnvelope } from "./envelope.ts";

/** What a person is asked to approve. */
export interface Asked {
  readonly environment: string;
  readonly service: string;
  /** `sha256:...` of the image. */
  readonly digest: string;
  /** Hash of the revision. */
  readonly revision: string;
  /** Hash of the plan, without its seed. */
  readonly plan: string;
}

/** Whether this envelope is one of these people's own answer to just this. `approvers`: public key by name. */
export function checkApproval(
  envelope: unknown,
  asked: Asked,
  approvers: Readonly<Record<string, string>>,
): Checked<ApprovalStatement> {
  const opened = openEnvelope(envelope, Object.values(approvers));
  if (opened.kind === "refused") return invalid(opened.reason);
  const parsed = approvalStatement.safeParse(opened.statement);
  if (!parsed.success) return invalid("it is no approval");
  const { predicate, subject } = parsed.data;
  const { environment, service, revision, plan, by } = predicate;
  const digest = `sha256:${subject[0]?.digest.sha256 ?? ""}`;
  const different = mismatch(asked, { environment, service, digest, revision, plan });
  if (different !== null) return different;
  const own = Object.hasOwn(approvers, by) ? approvers[by] : undefined;
  if (own === undefined) return invalid(`${by} is no approver`);
  // One approver's key must not speak in another one's name.
  if (openEnvelope(envelope, [own]).kind === "refused") return invalid(`it is not signed by ${by}`);
  return { kind: "valid", statement: parsed.data, keyId: opened.keyId };
}
