import * as github from "@pulumi/github";
import * as pulumi from "@pulumi/pulumi";
import { type GithubSettings, githubGuardsOf } from "../../infra/model/settings/github.ts";
import type { SecretReader } from "../docker/secret-reader.ts";
import { declareProtection } from "./branch-protection.ts";
import { declareLabels } from "./labels.ts";
import { reviewerIds } from "./reviewers.ts";
import { declareValues } from "./values.ts";

export interface DeliveryEnvironmentArgs {
  /** Name of the environment, here and on GitHub. */
  environment: string;
  settings: GithubSettings;
  /** Reads the token, and the environment's secrets. */
  secret: SecretReader;
}

/**
 * An environment on GitHub that workflows deploy to: who lets a job through, from which branches, and what it gets.
 *
 * It guards the way through GitHub alone. What releases must be is the gates' to say, whoever starts them.
 */
export class DeliveryEnvironment extends pulumi.ComponentResource {
  /** `repository:environment`. */
  public readonly environmentId: pulumi.Output<string>;

  constructor(name: string, args: DeliveryEnvironmentArgs, opts?: pulumi.ComponentResourceOptions) {
    super("sluice:github:DeliveryEnvironment", name, {}, opts);
    const { environment, settings, secret } = args;
    const [owner = "", repository = ""] = settings.repository.split("/");
    const { waitMinutes, preventSelfReview } = githubGuardsOf(environment, settings);
    const isLimited = settings.branches.length > 0;

    const provider = new github.Provider(
      name,
      { owner, baseUrl: settings.apiUrl, token: secret(settings.token) },
      { parent: this },
    );
    const own = { parent: this, provider };
    const reviewers = reviewerIds(settings.reviewers, own);
    const declared = new github.RepositoryEnvironment(
      name,
      {
        repository,
        environment,
        waitTimer: waitMinutes,
        preventSelfReview,
        canAdminsBypass: settings.canAdminsBypass,
        ...(reviewers === undefined ? {} : { reviewers: [reviewers] }),
        ...(isLimited ? { deploymentBranchPolicy: { protectedBranches: false, customBranchPolicies: true } } : {}),
      },
      own,
    );
    const within = { ...own, dependsOn: [declared] };
    for (const branchPattern of settings.branches) {
      new github.RepositoryEnvironmentDeploymentPolicy(
        `${name}-branch-${branchPattern}`,
        { repository, environment, branchPattern },
        within,
      );
    }
    declareValues(name, { repository, environment, settings, secret }, within);
    if (settings.protection) declareProtection(`${name}-protection`, repository, settings.protection, own);
    declareLabels(name, repository, settings.labels, own);
    this.environmentId = declared.id;
    this.registerOutputs({});
  }
}
