import * as github from "@pulumi/github";
import type * as pulumi from "@pulumi/pulumi";
import type { GithubSettings } from "../../infra/model/settings/github.ts";

type Protection = NonNullable<GithubSettings["protection"]>;

/** Nothing comes to the branch but through a pull request that enough people and all checks agree to. */
export function declareProtection(
  name: string,
  repository: string,
  { branch, requiredChecks, requiredApprovals }: Protection,
  opts: pulumi.CustomResourceOptions,
): void {
  new github.BranchProtection(
    name,
    {
      repositoryId: repository,
      pattern: branch,
      enforceAdmins: true,
      allowsDeletions: false,
      allowsForcePushes: false,
      requiredPullRequestReviews: [{ requiredApprovingReviewCount: requiredApprovals, dismissStaleReviews: true }],
      ...(requiredChecks.length > 0 ? { requiredStatusChecks: [{ strict: true, contexts: requiredChecks }] } : {}),
    },
    opts,
  );
}
