import type { Endpoints } from "@octokit/types";
import { blocks, flag, text, whole } from "../../bridge/get.ts";
import type { Seen } from "../../bridge/resource.ts";
import type { JsonObject } from "../../shared/rpc.ts";
import { isArray } from "../../shared/values.ts";
import { type Account, repositoryId, unlessGone } from "../client.ts";
import { environmentFields } from "../fields.ts";
import { idOf } from "../text.ts";
import { environmentAt, partsOf, type ResourceType } from "./resource.ts";

const PATH = "/repos/{owner}/{repo}/environments/{environment_name}";
type Found = Endpoints[`GET ${typeof PATH}`]["response"]["data"];
type Rule = NonNullable<Found["protection_rules"]>[number];

export const environment: ResourceType = {
  fields: environmentFields,
  meta: { schemaVersion: 1, timeouts: false },
  deleteBeforeReplace: false,
  create: async (account, planned) => {
    await put(account, planned);
    const repository = text(planned, "repository");
    const id = idOf(repository, text(planned, "environment"));
    return { id, state: { repositoryId: await repositoryId(account, repository) } };
  },
  read: async (account, id, prior) => {
    const [repository = "", name = ""] = partsOf(id, 2);
    const isImport = text(prior, "repository") === "";
    const at = isImport ? { repository, environment: name } : prior;
    const found = await unlessGone(account.octokit.request(`GET ${PATH}`, environmentAt(account, at)));
    if (found === undefined) return undefined;
    const known = isImport ? { ...at, repositoryId: await repositoryId(account, repository) } : {};
    return { id, state: { ...known, ...stateOf(found.data) } };
  },
  update: async (account, _id, planned): Promise<Seen> => {
    await put(account, planned);
    return { id: idOf(text(planned, "repository"), text(planned, "environment")), state: {} };
  },
  remove: async (account, _id, state) => {
    await unlessGone(account.octokit.request(`DELETE ${PATH}`, environmentAt(account, state)));
  },
};

/** GitHub has one request for both: what it doesn't say is as if it had never been said. */
async function put(account: Account, planned: JsonObject): Promise<void> {
  const [reviewers] = blocks(planned, "reviewers");
  const [policy] = blocks(planned, "deploymentBranchPolicy");
  const waitTimer = whole(planned, "waitTimer");
  await account.octokit.request(`PUT ${PATH}`, {
    ...environmentAt(account, planned),
    ...(waitTimer > 0 && { wait_timer: waitTimer }),
    can_admins_bypass: flag(planned, "canAdminsBypass"),
    prevent_self_review: flag(planned, "preventSelfReview"),
    reviewers: [
      ...numbers(reviewers, "teams").map((id) => ({ type: "Team" as const, id })),
      ...numbers(reviewers, "users").map((id) => ({ type: "User" as const, id })),
    ],
    deployment_branch_policy:
      policy === undefined
        ? null
        : {
            protected_branches: flag(policy, "protectedBranches"),
            custom_branch_policies: flag(policy, "customBranchPolicies"),
          },
  });
}

function numbers(block: JsonObject | undefined, key: string): number[] {
  const value = block?.[key];
  return isArray(value) ? value.filter((item) => typeof item === "number") : [];
}

/** As the official provider reads it: reviewers that are all gone are left as they were. */
function stateOf(found: Found): JsonObject {
  const rules = found.protection_rules ?? [];
  const wait = rules.map((rule) => ("wait_timer" in rule ? rule.wait_timer : undefined)).find((one) => one);
  const reviewers = rules.find(isReviewers);
  const { deployment_branch_policy: policy } = found;
  return {
    waitTimer: wait ?? 0,
    canAdminsBypass: (found as { can_admins_bypass?: boolean }).can_admins_bypass ?? true,
    ...(reviewers && {
      reviewers: [{ teams: idsIn(reviewers, "Team"), users: idsIn(reviewers, "User") }],
      preventSelfReview: reviewers.prevent_self_review ?? false,
    }),
    deploymentBranchPolicy: policy
      ? { protectedBranches: policy.protected_branches, customBranchPolicies: policy.custom_branch_policies }
      : null,
  };
}

type Reviewers = Extract<Rule, { reviewers?: unknown }>;

function isReviewers(rule: Rule): rule is Reviewers {
  return rule.type === "required_reviewers";
}

function idsIn({ reviewers = [] }: Reviewers, type: "User" | "Team"): number[] {
  const ids = reviewers.filter((one) => one.type === type).map(({ reviewer }) => Number(reviewer?.id ?? 0));
  return [...new Set(ids)].sort((a, b) => a - b);
}
