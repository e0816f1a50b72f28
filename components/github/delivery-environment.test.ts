import { describe, expect, it } from "vitest";
import { githubSettings } from "../../infra/model/settings/github.ts";
import { declaredBy } from "../testing/declared.ts";
import { sampleSecret } from "../testing/samples.ts";
import { DeliveryEnvironment } from "./delivery-environment.ts";

const ids: Readonly<Record<string, string>> = { alice: "101", bob: "102", "release-managers": "103" };
const calls = {
  "github:index/getUser:getUser": ({ username }: Record<string, unknown>) => ({ id: ids[String(username)] }),
  "github:index/getTeam:getTeam": ({ slug, summaryOnly }: Record<string, unknown>) => ({
    id: summaryOnly === true ? ids[String(slug)] : undefined,
  }),
};

const token = { secret: { env: "GITHUB_TOKEN" } };

async function declare(environment: string, given: object) {
  const settings = githubSettings.parse({ repository: "acme/shop", token, ...given });
  const make = (parent: object) =>
    new DeliveryEnvironment("github", { environment, settings, secret: sampleSecret }, { parent } as object);
  const declared = await declaredBy(make, { calls });
  return declared.filter(({ type }) => type.startsWith("github:") || type.startsWith("pulumi:"));
}

const own = { parent: "github", provider: "github" };
const within = { ...own, dependsOn: ["github"] };
const at = { repository: "shop", environment: "prod" };

describe("DeliveryEnvironment", () => {
  it("declares all that the settings name, secrets as secrets", async () => {
    const declared = await declare("prod", {
      apiUrl: "https://github.example.com/api/v3",
      reviewers: { users: ["alice", "bob"], teams: ["release-managers"] },
      secrets: { DEPLOY_KEY: { secret: { env: "DEPLOY_KEY" } } },
      variables: { REGION: "eu" },
      protection: { requiredChecks: ["check"], requiredApprovals: 2 },
      labels: { approval: { color: "0e8a16", description: "Waits for people" } },
    });
    expect(declared).toEqual([
      {
        type: "pulumi:providers:github",
        name: "github",
        parent: "github",
        inputs: {
          owner: "acme",
          baseUrl: "https://github.example.com/api/v3",
          token: { secret: "value of GITHUB_TOKEN" },
        },
      },
      {
        type: "github:index/repositoryEnvironment:RepositoryEnvironment",
        name: "github",
        ...own,
        inputs: {
          ...at,
          waitTimer: 5,
          preventSelfReview: true,
          canAdminsBypass: false,
          reviewers: [{ users: [101, 102], teams: [103] }],
          deploymentBranchPolicy: { protectedBranches: false, customBranchPolicies: true },
        },
      },
      {
        type: "github:index/repositoryEnvironmentDeploymentPolicy:RepositoryEnvironmentDeploymentPolicy",
        name: "github-branch-main",
        ...within,
        inputs: { ...at, branchPattern: "main" },
      },
      {
        type: "github:index/issueLabel:IssueLabel",
        name: "github-label-approval",
        ...own,
        inputs: { repository: "shop", name: "approval", color: "0e8a16", description: "Waits for people" },
      },
      {
        type: "github:index/branchProtection:BranchProtection",
        name: "github-protection",
        ...own,
        inputs: {
          repositoryId: "shop",
          pattern: "main",
          enforceAdmins: true,
          allowsDeletions: false,
          allowsForcePushes: false,
          requiredPullRequestReviews: [{ requiredApprovingReviewCount: 2, dismissStaleReviews: true }],
          requiredStatusChecks: [{ strict: true, contexts: ["check"] }],
        },
      },
      {
        type: "github:index/actionsEnvironmentSecret:ActionsEnvironmentSecret",
        name: "github-secret-DEPLOY_KEY",
        ...within,
        inputs: { ...at, secretName: "DEPLOY_KEY", value: { secret: "value of DEPLOY_KEY" } },
      },
      {
        type: "github:index/actionsEnvironmentVariable:ActionsEnvironmentVariable",
        name: "github-variable-REGION",
        ...within,
        inputs: { ...at, variableName: "REGION", value: "eu" },
      },
    ]);
  });

  it("says no more than the settings", async () => {
    const [provider, environment, ...others] = await declare("dev", { branches: [] });
    expect(provider?.inputs["baseUrl"]).toBe("https://api.github.com");
    expect(environment?.inputs).toEqual({
      repository: "shop",
      environment: "dev",
      waitTimer: 0,
      preventSelfReview: false,
      canAdminsBypass: false,
    });
    expect(others).toEqual([]);
  });

  it("has a policy for each branch that may deploy", async () => {
    const declared = await declare("uat", { branches: ["main", "release/*"], reviewers: { users: ["bob"] } });
    expect(declared.map(({ name, inputs }) => [name, inputs["branchPattern"]]).slice(2)).toEqual([
      ["github-branch-main", "main"],
      ["github-branch-release/*", "release/*"],
    ]);
    expect(declared[1]?.inputs["reviewers"]).toEqual([{ users: [102], teams: [] }]);
  });
});
