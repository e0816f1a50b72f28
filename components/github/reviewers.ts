import * as github from "@pulumi/github";
import type * as pulumi from "@pulumi/pulumi";
import type { GithubSettings } from "../../infra/model/settings/github.ts";

/**
 * Reviewers by the numbers that GitHub wants, looked up at each preview: a login that is given to somebody else shows as
 * a change. Undefined where there are none.
 */
export function reviewerIds(
  { users, teams }: GithubSettings["reviewers"],
  opts: pulumi.InvokeOutputOptions,
): github.types.input.RepositoryEnvironmentReviewer | undefined {
  if (users.length + teams.length === 0) return undefined;
  return {
    users: users.map((username) => github.getUserOutput({ username }, opts).id.apply(Number)),
    teams: teams.map((slug) => github.getTeamOutput({ slug, summaryOnly: true }, opts).id.apply(Number)),
  };
}
