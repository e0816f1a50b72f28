import { describe, expect, it } from "vitest";
import { judge, UNKNOWN } from "../testing/judge.ts";
import { GITHUB_DEPLOYMENT_POLICY, GITHUB_ENVIRONMENT } from "../types.ts";
import { githubEnvironment as rule } from "./github-environment.ts";

const given = { type: GITHUB_ENVIRONMENT };
const prod = {
  environment: "prod",
  reviewers: [{ users: [1], teams: [2] }],
  waitTimer: 5,
  preventSelfReview: true,
  deploymentBranchPolicy: { protectedBranches: false, customBranchPolicies: true },
};
const branches = "customBranchPolicies, and deployment policies for main alone";

describe(rule.name, () => {
  it.each([
    prod,
    { environment: "uat", reviewers: [{ users: [1] }] },
    { environment: "STG", reviewers: [{ teams: [1] }] },
    { environment: "dev" },
  ])("accepts %j", async (properties) => {
    expect(await judge(rule, properties, given)).toBe("passes");
  });

  it.each<[object, string[]]>([
    [{ ...prod, reviewers: [{ users: [1] }] }, ["reviewers: 1 | at least 2"]],
    [{ ...prod, reviewers: [{ users: [1, 1] }] }, ["reviewers: 1 | at least 2"]],
    [{ ...prod, waitTimer: 4 }, ["waitTimer: 4 minutes | at least 5 minutes"]],
    [{ ...prod, preventSelfReview: false }, ["preventSelfReview: false | true"]],
    [
      { ...prod, deploymentBranchPolicy: { protectedBranches: true, customBranchPolicies: false } },
      [`deploymentBranchPolicy: every protected branch | ${branches}`],
    ],
    [
      { environment: "Prod" },
      [
        "reviewers: 0 | at least 2",
        "waitTimer: 0 minutes | at least 5 minutes",
        "preventSelfReview: false | true",
        `deploymentBranchPolicy: every branch | ${branches}`,
      ],
    ],
    [{ environment: "uat" }, ["reviewers: 0 | at least 1"]],
    [{ environment: "stg", reviewers: [] }, ["reviewers: 0 | at least 1"]],
  ])("refuses %j", async (properties, violations) => {
    expect(await judge(rule, properties, given)).toEqual(violations);
  });

  it.each<[object, string | string[]]>([
    [{ environment: "prod", branchPattern: "main" }, "passes"],
    [{ environment: "dev", branchPattern: "*" }, "passes"],
    [{ environment: "uat", branchPattern: "release/*" }, "passes"],
    [{ environment: "prod", branchPattern: "*" }, ["branchPattern: * | one of the branches main"]],
    [{ environment: "prod", tagPattern: "v*" }, ["tagPattern: v* | one of the branches main"]],
    [{ environment: "prod" }, ["branchPattern: none | one of the branches main"]],
  ])("answers deployment policy %j with %j", async (properties, answer) => {
    expect(await judge(rule, properties, { type: GITHUB_DEPLOYMENT_POLICY })).toEqual(answer);
  });

  it("takes what an environment must have from the configuration", async () => {
    const config = { environments: { live: { reviewers: 3 } } };
    expect(await judge(rule, { ...prod, environment: "live" }, { ...given, config })).toEqual([
      "reviewers: 2 | at least 3",
    ]);
    expect(await judge(rule, { environment: "prod" }, { ...given, config })).toBe("passes");
  });

  it("refuses an environment whose reviewers aren't known yet", async () => {
    expect(await judge(rule, { ...prod, reviewers: UNKNOWN }, given)).toEqual([
      expect.stringMatching(/^reviewers: a value unknown/),
    ]);
  });
});
