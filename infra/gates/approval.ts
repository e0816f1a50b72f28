import type { GateDecision } from "./decision.ts";
import { type ApprovalInputs, hear, isAgreed, isOther, rejectedBy } from "./heard.ts";

/**
 * So many people who didn't ask for it themselves agreed to just this revision by just this plan, and nobody who may
 * approve is against it.
 */
export function approvalGate(inputs: ApprovalInputs): GateDecision {
  const { settings, asked, by, answers, request } = inputs;
  const { required } = settings;
  const heard = hear(inputs);
  const { rejected, outdated, expired, used, withdrawn, problem, isUnasked } = heard;
  const approved = heard.approved.map((one) => one.by);
  const allowed = isAgreed(heard, approved.length, required);
  const reason =
    rejected.length > 0
      ? rejectedBy(rejected)
      : allowed
        ? `approved by ${approved.join(", ")}`
        : [
            `${approved.length} of ${required} approvals${approved.length > 0 ? ` (${approved.join(", ")})` : ""}`,
            ...(outdated.length > 0 ? [`others are for another ${outdated.join(" and another ")}`] : []),
            ...(expired.length > 0 ? [`expired: ${expired.join(", ")}`] : []),
            ...(used.length > 0 ? [`used up by an earlier rollout: ${used.join(", ")}`] : []),
            ...(withdrawn.length > 0
              ? [`agreed before a comment of theirs was edited or deleted: ${withdrawn.join(", ")}`]
              : []),
            ...(isUnasked ? ["nobody knows who asks for it"] : []),
            ...(problem === null ? [] : [problem]),
            ...waysOn(inputs, (name) => isOther(inputs, name) && !approved.includes(name)),
          ].join("; ");
  return {
    gate: "approval",
    allowed,
    reason,
    inputs: {
      ...asked,
      requestedBy: by,
      required,
      approved,
      rejected: rejected.map((one) => one.by),
      expired,
      used,
      withdrawn,
      problem,
      signed: answers.length,
      ...(request.kind === "none" ? {} : { request: request.request.url }),
    },
  };
}

/** What those who haven't agreed yet can do. */
function waysOn({ settings, request }: ApprovalInputs, may: (name: string) => boolean): readonly string[] {
  const byKey = Object.keys(settings.approvers).filter(may);
  const { users = [], teams = [] } = settings.github ?? {};
  const byComment = [...users.filter(may), ...teams.map((team) => `team ${team}`)];
  const where = request.kind === "none" ? "once it is asked for" : `on ${request.request.url}`;
  const ways = [
    ...(byKey.length > 0 ? [`"sluice approve" by ${byKey.join(", ")}`] : []),
    ...(byComment.length > 0 ? [`"/approve" ${where} by ${byComment.join(", ")}`] : []),
  ];
  return ways.length > 0 ? ways : ['"sluice approve" by nobody: there are too few approvers'];
}
