import { z } from "zod";
import { type BreakingReport, breakingReportSchema } from "../model/breaking.ts";
import { digest } from "../model/release.ts";
import { changeSchema, isSameCommit, misfits, type ReleaseChange } from "./breaking/fitting.ts";
import type { GateDecision } from "./decision.ts";
import type { Given } from "./given.ts";
import { type ApprovalInputs, hear, isAgreed } from "./heard.ts";
import { problems } from "./problems.ts";

export interface BreakingInputs {
  readonly change: ReleaseChange;
  readonly breaking: Given<BreakingReport>;
  /** What people said, by the approval gate's rules; null where the environment asks for no approvals. */
  readonly approval: ApprovalInputs | null;
}

const readSchema = z.strictObject({ kind: z.literal("read"), file: digest, report: breakingReportSchema });

/** By so many a decision names what was found: the report has them all. */
const named = 20;

/** Nothing breaks between what serves and what is asked for, or those who approve it have seen all that does. */
export function breakingGate(inputs: BreakingInputs): GateDecision {
  const parsed = changeSchema.safeParse(inputs.change);
  if (!parsed.success) return answer(false, `the change can't be judged: ${problems(parsed.error)}`, {});
  const change = parsed.data;
  const { settled, commit } = change;
  if (settled.kind === "none") return answer(true, "nothing is settled yet that could be broken", { ...change });
  if (commit === null)
    return answer(false, "nobody says from which commit the release was built: --commit", { ...change });
  // The commit is anybody's word: another image needs a report, whatever it is said to be built from.
  if (settled.kind === "known" && settled.digest === change.digest && isSameCommit(settled.commit, commit)) {
    return answer(true, `it is the image of ${settled.version}, from the same commit`, { ...change });
  }
  const lacking = lack(inputs.breaking);
  if (lacking !== null) return answer(false, lacking, { ...change });
  const read = readSchema.safeParse(inputs.breaking);
  if (!read.success) return answer(false, `the report can't be judged: ${problems(read.error)}`, { ...change });
  return judge(change, read.data, inputs.approval);
}

function judge(change: ReleaseChange, read: z.infer<typeof readSchema>, approval: ApprovalInputs | null): GateDecision {
  const { report, file } = read;
  const { from, to, findings, hash } = report;
  const wrong = misfits(report, change);
  const seen = wrong.length > 0 ? null : acknowledged(change, report, approval);
  const reason = seen === null ? `the report doesn't count: ${wrong.join("; ")}` : seen.reason;
  return answer(seen?.allowed ?? false, reason, {
    ...change,
    file,
    hash,
    from: from.commit,
    to: to.commit,
    found: findings.length,
    findings: findings.slice(0, named),
    acknowledgedBy: seen?.by ?? [],
    isForPeople: seen !== null && !seen.allowed && approval !== null,
  });
}

interface Seen {
  readonly allowed: boolean;
  readonly reason: string;
  readonly by: readonly string[];
}

function acknowledged(
  { settled }: ReleaseChange,
  { findings, hash }: BreakingReport,
  approval: ApprovalInputs | null,
): Seen {
  const what = [
    ...(findings.length > 0 ? [inWords(findings)] : []),
    ...(settled.kind === "unknown"
      ? [`nobody knows from which commit ${settled.version}, which serves now, was built`]
      : []),
  ].join("; ");
  if (what === "") return { allowed: true, reason: "nothing was found that breaks anything", by: [] };
  if (!approval) {
    const reason = `${what}; nobody can acknowledge that where no approvals are asked for (gates.approval)`;
    return { allowed: false, reason, by: [] };
  }
  const heard = hear(approval);
  const { required } = approval.settings;
  const by = heard.approved.filter((one) => one.acknowledges === hash).map((one) => one.by);
  const allowed = isAgreed(heard, by.length, required);
  const who = by.length > 0 ? ` (${by.join(", ")})` : "";
  const reason = allowed
    ? `${what}; acknowledged by ${by.join(", ")}`
    : `${what}; acknowledged by ${by.length} of ${required}${who}: ${waysOn(approval.settings)}`;
  return { allowed, reason, by };
}

function waysOn({ approvers, github }: ApprovalInputs["settings"]): string {
  const byKey = Object.keys(approvers).length > 0 ? ['"sluice approve" with --breaking'] : [];
  return [...byKey, ...(github ? ['"/approve breaking" where it is asked for'] : [])].join(", ");
}

function inWords(findings: BreakingReport["findings"]): string {
  const first = findings.slice(0, 3).map(({ where, what }) => `${where}: ${what}`);
  const more = findings.length > first.length ? ` and ${findings.length - first.length} more` : "";
  return `${findings.length} breaking ${findings.length === 1 ? "change" : "changes"} (${first.join(", ")}${more})`;
}

function lack(breaking: Given<BreakingReport> | undefined): string | null {
  switch (breaking?.kind) {
    case "read":
      return null;
    case "unreadable":
      return `the report of breaking changes can't be read: ${breaking.reason}`;
    case "missing":
    case undefined:
      return 'nobody looked for breaking changes: hand in the report of "sluice breaking" by --breaking';
  }
}

function answer(allowed: boolean, reason: string, inputs: Readonly<Record<string, unknown>>): GateDecision {
  return { gate: "breaking", allowed, reason, inputs };
}
