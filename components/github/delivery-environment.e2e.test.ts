import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Stack } from "@pulumi/pulumi/automation/index.js";
import * as pulumi from "@pulumi/pulumi";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { githubSettings } from "../../infra/model/settings/github.ts";
import { type GitHub, startGitHub } from "../../scripts/testing/github/server.ts";
import { unsealed } from "../../scripts/testing/github/unseal.ts";
import { type TestStack, testStack } from "../../scripts/toolchain/plugins/testing/stack.ts";
import { DeliveryEnvironment } from "./delivery-environment.ts";

const policyPacks = [join(import.meta.dirname, "../../policy")];

let github: GitHub;
let stack: TestStack;
beforeAll(async () => {
  github = await startGitHub({
    users: ["alice", "bob"],
    organisations: { acme: { "release-managers": ["alice"] } },
    repositories: ["acme/shop"],
  });
  stack = await testStack("github");
});
afterAll(async () => {
  stack.remove();
  await github.close();
});

const values: Readonly<Record<string, string>> = { GITHUB_TOKEN: "ghp_test", DEPLOY_KEY: "hush, a key" };
const given = {
  reviewers: { users: ["alice", "bob"], teams: ["release-managers"] },
  secrets: { DEPLOY_KEY: { secret: { env: "DEPLOY_KEY" } } },
  variables: { REGION: "eu" },
  protection: { requiredChecks: ["check", "policy review"], requiredApprovals: 2 },
  labels: { approval: { color: "0e8a16", description: "Waits for people" } },
};

/** The stack of prod, with these settings. */
function declaring(more: object = {}): Promise<Stack> {
  const written = { repository: "acme/shop", apiUrl: github.url, token: { secret: { env: "GITHUB_TOKEN" } } };
  const settings = githubSettings.parse({ ...written, ...given, ...more });
  return stack.with(() => {
    const secret = (reference: { secret: object }) =>
      pulumi.secret(values["env" in reference.secret ? String(reference.secret.env) : ""] ?? "");
    const { environmentId } = new DeliveryEnvironment("github", { environment: "prod", settings, secret });
    return Promise.resolve({ environmentId });
  });
}

const environment = () => github.world.repositories.get("acme/shop")?.environments.get("prod");
const writes = () =>
  github.requests.filter(({ method, operation }) => method !== "GET" && operation !== "graphql").length;

describe("an environment on GitHub, on the real engine", () => {
  it("passes the policy before there is anything, and comes up", async () => {
    const prod = await declaring();
    const { changeSummary } = await prod.preview({ policyPacks });
    expect(changeSummary).toEqual({ create: 9 });
    expect(writes()).toBe(0);
    const { outputs, summary } = await prod.up({ policyPacks });
    expect(summary.resourceChanges).toEqual({ create: 9 });
    expect(outputs["environmentId"]?.value).toBe("shop:prod");
    expect(environment()).toMatchObject({
      waitTimer: 5,
      preventSelfReview: true,
      canAdminsBypass: false,
      reviewers: [
        { type: "Team", id: 103 },
        { type: "User", id: 101 },
        { type: "User", id: 102 },
      ],
      branchPolicy: { protected_branches: false, custom_branch_policies: true },
    });
    expect([...(environment()?.policies.values() ?? [])]).toEqual([{ name: "main", type: "branch" }]);
    expect([...(environment()?.variables ?? [])].map(([name, { value }]) => [name, value])).toEqual([["REGION", "eu"]]);
    const there = environment();
    expect(there && (await unsealed(there, "DEPLOY_KEY"))).toBe("hush, a key");
    const { labels, protections } = github.world.repositories.get("acme/shop") ?? {};
    expect([...(labels?.keys() ?? [])]).toEqual(["approval"]);
    expect([...(protections?.values() ?? [])]).toMatchObject([
      {
        pattern: "main",
        isAdminEnforced: true,
        requiredApprovingReviewCount: 2,
        requiredStatusCheckContexts: ["check", "policy review"],
      },
    ]);
  });

  it("shows no changes afterwards, nor after a refresh, and has no secret in its state", async () => {
    const prod = await declaring();
    await prod.preview({ policyPacks, expectNoChanges: true });
    await prod.refresh();
    await prod.preview({ policyPacks, expectNoChanges: true });
    // As it lies there: an export through the Automation API shows secrets.
    const state = readFileSync(join(stack.folder, "state/.pulumi/stacks/test/test.json"), "utf8");
    expect(state).toContain("DEPLOY_KEY");
    for (const value of Object.values(values)) expect(state).not.toContain(value);
    expect(JSON.stringify(github.requests)).not.toContain("hush");
  });

  it("takes one change, and nothing else", async () => {
    const prod = await declaring({ waitMinutes: 10 });
    expect((await prod.preview({ policyPacks })).changeSummary).toEqual({ same: 8, update: 1 });
    const before = writes();
    await prod.up({ policyPacks });
    expect(writes() - before).toBe(1);
    expect(environment()?.waitTimer).toBe(10);
  });

  it("is refused by the policy, before anything changes, when it gets laxer than prod's may be", async () => {
    const before = writes();
    for (const [more, violation] of [
      [{ reviewers: { users: ["alice"] } }, "reviewers: expected at least 2, found 1"],
      [{ waitMinutes: 4 }, "waitTimer: expected at least 5 minutes, found 4 minutes"],
      [{ preventSelfReview: false }, "preventSelfReview: expected true, found false"],
      [{ branches: ["main", "release/*"] }, "branchPattern: expected one of the branches main, found release/*"],
    ] as const) {
      const laxer = (await declaring({ waitMinutes: 10, ...more })).preview({ policyPacks });
      await expect(laxer).rejects.toThrow("github-environment");
      await expect(laxer).rejects.toThrow(violation);
    }
    expect(writes()).toBe(before);
    expect(environment()?.reviewers).toHaveLength(3);
  });

  it("notices what somebody changed by hand, and puts it back", async () => {
    const there = environment();
    if (there === undefined) throw new Error("no environment");
    there.reviewers.pop();
    there.canAdminsBypass = true;
    github.world.repositories.get("acme/shop")?.labels.clear();
    const prod = await declaring({ waitMinutes: 10 });
    const changed = { same: 7, update: 1, create: 1 };
    expect((await prod.preview({ policyPacks, refresh: true })).changeSummary).toEqual(changed);
    await prod.refresh();
    expect((await prod.preview({ policyPacks })).changeSummary).toEqual(changed);
    await prod.up({ policyPacks });
    expect(environment()).toMatchObject({ canAdminsBypass: false, reviewers: [{}, {}, {}] });
    await prod.preview({ policyPacks, expectNoChanges: true });
  });

  it("says who isn't known as a reviewer, before anything changes", async () => {
    const before = writes();
    const unknown = await declaring({ reviewers: { users: ["alice", "mallory"] } });
    await expect(unknown.preview()).rejects.toThrow("getUser of mallory: Not Found");
    expect(writes()).toBe(before);
  });

  it("goes as a whole, also what is gone already", async () => {
    const prod = await declaring({ waitMinutes: 10 });
    environment()?.secrets.clear();
    await prod.destroy();
    expect(environment()).toBeUndefined();
    const { labels, protections } = github.world.repositories.get("acme/shop") ?? {};
    expect([labels?.size, protections?.size]).toEqual([0, 0]);
  });
});
