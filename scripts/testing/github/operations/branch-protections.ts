import { graphqlFailure, type GraphqlAnswers } from "../graphql.ts";
import { nextId } from "../world.ts";
import type { BranchProtection, Repository, World } from "../world.ts";
import { issuesShown } from "./issue-history.ts";

/** Rules of branches: GitHub has them by pattern in GraphQL alone. */
export const branchProtections: GraphqlAnswers = {
  repository: ({ owner, name }, asking) => {
    const found = asking.world.repositories.get(`${String(owner)}/${String(name)}`);
    const issues = found && issuesShown(found, `${String(owner)}/${String(name)}`, asking);
    if (found !== undefined) return { ...repositoryShown(found, String(name)), ...issues };
    throw graphqlFailure(
      "NOT_FOUND",
      `Could not resolve to a Repository with the name '${String(owner)}/${String(name)}'.`,
    );
  },
  node: ({ id }, { world }) => {
    const rule = ruleOf(world, String(id));
    if (rule !== undefined) return { __typename: "BranchProtectionRule", ...rule.rule };
    for (const [name, repository] of world.repositories) {
      if (repository.nodeId === id) return { __typename: "Repository", ...repositoryShown(repository, name) };
    }
    throw missing(String(id));
  },
  createBranchProtectionRule: ({ input }, { world }) => {
    const { repositoryId, clientMutationId, ...wanted } = input as Record<string, unknown> & { pattern: string };
    const repository = [...world.repositories.values()].find(({ nodeId }) => nodeId === repositoryId);
    if (repository === undefined) throw missing(String(repositoryId));
    if ([...repository.protections.values()].some(({ pattern }) => pattern === wanted.pattern)) {
      throw graphqlFailure("UNPROCESSABLE", "Name already protected: " + wanted.pattern);
    }
    const id = `BPR_kwDO${nextId()}`;
    const rule: BranchProtection = { ...UNSET, ...given(wanted), id, pattern: wanted.pattern };
    repository.protections.set(id, rule);
    return { clientMutationId, branchProtectionRule: rule };
  },
  updateBranchProtectionRule: ({ input }, { world }) => {
    const { branchProtectionRuleId: id, clientMutationId, ...wanted } = input as Record<string, unknown>;
    const found = ruleOf(world, String(id));
    if (found === undefined) throw missing(String(id));
    Object.assign(found.rule, given(wanted));
    return { clientMutationId, branchProtectionRule: found.rule };
  },
  deleteBranchProtectionRule: ({ input }, { world }) => {
    const { branchProtectionRuleId: id, clientMutationId } = input as Record<string, unknown>;
    const found = ruleOf(world, String(id));
    if (found === undefined) throw missing(String(id));
    found.repository.protections.delete(String(id));
    return { clientMutationId };
  },
};

function missing(id: string) {
  return graphqlFailure("NOT_FOUND", `Could not resolve to a node with the global id of '${id}'.`);
}

function repositoryShown({ nodeId, id }: Repository, name: string): object {
  return { id: nodeId, databaseId: id, name: name.split("/").at(-1) };
}

function ruleOf(world: World, id: string): { repository: Repository; rule: BranchProtection } | undefined {
  for (const repository of world.repositories.values()) {
    const rule = repository.protections.get(id);
    if (rule !== undefined) return { repository, rule };
  }
  return undefined;
}

function given(wanted: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== undefined && value !== null));
}

const nobody = { nodes: [] };

/** A rule of which nothing is said. */
const UNSET = {
  allowsDeletions: false,
  allowsForcePushes: false,
  blocksCreations: false,
  dismissesStaleReviews: false,
  isAdminEnforced: false,
  lockBranch: false,
  requireLastPushApproval: false,
  requiredApprovingReviewCount: null,
  requiredStatusCheckContexts: [],
  requiresApprovingReviews: false,
  requiresCodeOwnerReviews: false,
  requiresCommitSignatures: false,
  requiresConversationResolution: false,
  requiresLinearHistory: false,
  requiresStatusChecks: false,
  requiresStrictStatusChecks: false,
  restrictsPushes: false,
  restrictsReviewDismissals: false,
  pushAllowances: nobody,
  reviewDismissalAllowances: nobody,
  bypassForcePushAllowances: nobody,
  bypassPullRequestAllowances: nobody,
};
