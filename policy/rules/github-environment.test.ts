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

const strict = [
  "reviewers: 0 | at least 2",
  "waitTimer: 0 minutes | at least 5 minutes",
  "preventSelfReview: false | true",
  `deploymentBranchPolicy: every branch | ${branches}`,
];

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
    [{ environment: "Prod" }, strict],
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

  it.each<[string, string, string | string[]]>([
    ["production", "dev", strict],
    ["production", "prod", strict],
    ["dev", "prod", strict],
    ["dev", "live.org1.web", strict],
    ["stg", "prod.org1.web", strict],
    ["dev", "stg", ["reviewers: 0 | at least 1"]],
    ["local", "local", "passes"],
  ])(
    "judges %s in stack %s by the stricter of both, and an unknown name as the strictest",
    async (name, stack, answer) => {
      expect(await judge(rule, { environment: name }, { ...given, stack })).toEqual(answer);
      expect(await judge(rule, { ...prod, environment: name }, { ...given, stack })).toBe("passes");
    },
  );

  it("judges branches of a name that it doesn't know as prod's", async () => {
    const branch = { environment: "production", branchPattern: "*" };
    expect(await judge(rule, branch, { type: GITHUB_DEPLOYMENT_POLICY })).toEqual([
      "branchPattern: * | one of the branches main",
    ]);
  });

  it("wants branches that all agree on", async () => {
    const config = { environments: { a: { branches: ["main", "hotfix"] }, b: { branches: ["hotfix"] }, c: {} } };
    const answer = (branchPattern: string) =>
      judge(rule, { environment: "x", branchPattern }, { type: GITHUB_DEPLOYMENT_POLICY, config });
    expect(await answer("hotfix")).toBe("passes");
    expect(await answer("main")).toEqual(["branchPattern: main | one of the branches hotfix"]);
  });

  it("takes what an environment must have from the configuration", async () => {
    const config = { environments: { live: { reviewers: 3 } }, free: ["dev", "prod"] };
    expect(await judge(rule, { ...prod, environment: "live" }, { ...given, config })).toEqual([
      "reviewers: 2 | at least 3",
    ]);
    expect(await judge(rule, { environment: "prod" }, { ...given, config })).toBe("passes");
    expect(await judge(rule, { environment: "prod" }, { ...given, config: { environments: {} } })).toBe("passes");
  });

  it("refuses an environment whose reviewers aren't known yet", async () => {
    expect(await judge(rule, { ...prod, reviewers: UNKNOWN }, given)).toEqual([
      expect.stringMatching(/^reviewers: a value unknown/),
    ]);
  });
});
