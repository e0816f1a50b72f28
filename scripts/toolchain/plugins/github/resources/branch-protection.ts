import { GraphqlResponseError } from "@octokit/graphql";
import { blocks, flag, text, texts, whole } from "../../bridge/get.ts";
import type { JsonObject } from "../../shared/rpc.ts";
import type { Account } from "../client.ts";
import { branchProtectionFields } from "../fields.ts";
import type { ResourceType } from "./resource.ts";

/** Rules by pattern, which GitHub has in GraphQL alone: the official provider asks there too. */
export const branchProtection: ResourceType = {
  fields: branchProtectionFields,
  meta: { schemaVersion: 2, timeouts: false },
  deleteBeforeReplace: false,
  create: async (account, planned) => {
    const repositoryId = await repositoryNode(account, text(planned, "repositoryId"));
    const { made } = await account.octokit.graphql<{ made: { branchProtectionRule: { id: string } } }>(
      `mutation($input: CreateBranchProtectionRuleInput!) {
         made: createBranchProtectionRule(input: $input) { branchProtectionRule { id } }
       }`,
      { input: { repositoryId, ...inputOf(planned) } },
    );
    return { id: made.branchProtectionRule.id, state: await stateOf(account, made.branchProtectionRule.id) };
  },
  read: async (account, id) => {
    const state = await unlessUnknown(stateOf(account, id));
    return state && { id, state };
  },
  update: async (account, id, planned) => {
    await account.octokit.graphql(
      `mutation($input: UpdateBranchProtectionRuleInput!) {
         updateBranchProtectionRule(input: $input) { branchProtectionRule { id } }
       }`,
      { input: { branchProtectionRuleId: id, ...inputOf(planned) } },
    );
    return { id, state: await stateOf(account, id) };
  },
  remove: async (account, id) => {
    const gone = account.octokit.graphql(
      `mutation($input: DeleteBranchProtectionRuleInput!) {
         deleteBranchProtectionRule(input: $input) { clientMutationId }
       }`,
      { input: { branchProtectionRuleId: id } },
    );
    await unlessUnknown(gone);
  },
};

async function unlessUnknown<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    const errors = error instanceof GraphqlResponseError ? (error.errors ?? []) : [];
    if (errors.length > 0 && errors.every(({ type }) => type === "NOT_FOUND")) return undefined;
    throw error;
  }
}

/** The program may give a repository's node id, or its name. */
async function repositoryNode({ octokit, owner }: Account, name: string): Promise<string> {
  if (/^R_|^MDEwOlJlcG9zaXRvcnk/.test(name)) return name;
  const { repository } = await octokit.graphql<{ repository: { id: string } }>(
    `query($owner: String!, $name: String!) { repository(owner: $owner, name: $name) { id } }`,
    { owner, name },
  );
  return repository.id;
}

function inputOf(planned: JsonObject): object {
  const [reviews] = blocks(planned, "requiredPullRequestReviews");
  const [checks] = blocks(planned, "requiredStatusChecks");
  return {
    pattern: text(planned, "pattern"),
    allowsDeletions: flag(planned, "allowsDeletions"),
    allowsForcePushes: flag(planned, "allowsForcePushes"),
    isAdminEnforced: flag(planned, "enforceAdmins"),
    requiresCommitSignatures: flag(planned, "requireSignedCommits"),
    requiresLinearHistory: flag(planned, "requiredLinearHistory"),
    requiresConversationResolution: flag(planned, "requireConversationResolution"),
    lockBranch: flag(planned, "lockBranch"),
    requiresApprovingReviews: reviews !== undefined,
    requiredApprovingReviewCount: reviews === undefined ? 0 : whole(reviews, "requiredApprovingReviewCount"),
    requiresCodeOwnerReviews: flag(reviews ?? {}, "requireCodeOwnerReviews"),
    dismissesStaleReviews: flag(reviews ?? {}, "dismissStaleReviews"),
    requireLastPushApproval: flag(reviews ?? {}, "requireLastPushApproval"),
    requiresStatusChecks: checks !== undefined,
    requiresStrictStatusChecks: flag(checks ?? {}, "strict"),
    requiredStatusCheckContexts: texts(checks ?? {}, "contexts"),
  };
}

interface Rule {
  pattern: string;
  allowsDeletions: boolean;
  allowsForcePushes: boolean;
  isAdminEnforced: boolean;
  requiresCommitSignatures: boolean;
  requiresLinearHistory: boolean;
  requiresConversationResolution: boolean;
  lockBranch: boolean;
  requiresApprovingReviews: boolean;
  requiredApprovingReviewCount: number | null;
  requiresCodeOwnerReviews: boolean;
  dismissesStaleReviews: boolean;
  requireLastPushApproval: boolean;
  restrictsReviewDismissals: boolean;
  requiresStatusChecks: boolean;
  requiresStrictStatusChecks: boolean;
  requiredStatusCheckContexts: string[] | null;
}

async function stateOf({ octokit }: Account, id: string): Promise<JsonObject> {
  const { rule } = await octokit.graphql<{ rule: Rule }>(
    `query($id: ID!) {
       rule: node(id: $id) {
         ... on BranchProtectionRule {
           pattern allowsDeletions allowsForcePushes isAdminEnforced requiresCommitSignatures requiresLinearHistory
           requiresConversationResolution lockBranch requiresApprovingReviews requiredApprovingReviewCount
           requiresCodeOwnerReviews dismissesStaleReviews requireLastPushApproval restrictsReviewDismissals
           requiresStatusChecks requiresStrictStatusChecks requiredStatusCheckContexts
         }
       }
     }`,
    { id },
  );
  return {
    pattern: rule.pattern,
    allowsDeletions: rule.allowsDeletions,
    allowsForcePushes: rule.allowsForcePushes,
    enforceAdmins: rule.isAdminEnforced,
    requireSignedCommits: rule.requiresCommitSignatures,
    requiredLinearHistory: rule.requiresLinearHistory,
    requireConversationResolution: rule.requiresConversationResolution,
    lockBranch: rule.lockBranch,
    requiredPullRequestReviews: rule.requiresApprovingReviews ? [reviewsOf(rule)] : [],
    requiredStatusChecks: rule.requiresStatusChecks ? [checksOf(rule)] : [],
    restrictPushes: [],
    forcePushBypassers: [],
  };
}

function reviewsOf(rule: Rule): JsonObject {
  return {
    requiredApprovingReviewCount: rule.requiredApprovingReviewCount ?? 0,
    requireCodeOwnerReviews: rule.requiresCodeOwnerReviews,
    dismissStaleReviews: rule.dismissesStaleReviews,
    restrictDismissals: rule.restrictsReviewDismissals,
    dismissalRestrictions: [],
    pullRequestBypassers: [],
    requireLastPushApproval: rule.requireLastPushApproval,
  };
}

function checksOf({ requiresStrictStatusChecks: strict, requiredStatusCheckContexts: contexts }: Rule): JsonObject {
  return { strict, contexts: [...new Set(contexts)].sort() };
}
