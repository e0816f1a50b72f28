import { afterEach, describe, expect, it } from "vitest";
import { type GitHub, startGitHub } from "../../../testing/github/server.ts";
import { unsealed } from "../../../testing/github/unseal.ts";
import type { JsonObject, Plugin } from "../shared/rpc.ts";
import { githubPlugin } from "./plugin.ts";
import { changesOf, lifeOf, type Resource } from "./testing/resource.ts";

let github: GitHub | undefined;

afterEach(async () => {
  await github?.close();
  github = undefined;
});

async function start(config: JsonObject = {}): Promise<{ github: GitHub; plugin: Plugin }> {
  github = await startGitHub({
    users: ["alice", "bob"],
    organisations: { acme: { releasers: ["alice"] } },
    repositories: ["acme/shop", "acme/other"],
  });
  const plugin = githubPlugin({});
  const args = { baseUrl: github.url, token: github.token, owner: "acme", writeDelayMs: "0", ...config };
  await plugin.configure({ variables: {}, args, id: "", urn: "" });
  return { github, plugin };
}

const ENVIRONMENT = "github:index/repositoryEnvironment:RepositoryEnvironment";
const POLICY = "github:index/repositoryEnvironmentDeploymentPolicy:RepositoryEnvironmentDeploymentPolicy";
const SECRET = "github:index/actionsEnvironmentSecret:ActionsEnvironmentSecret";
const VARIABLE = "github:index/actionsEnvironmentVariable:ActionsEnvironmentVariable";
const PROTECTION = "github:index/branchProtection:BranchProtection";
const LABEL = "github:index/issueLabel:IssueLabel";

const prod = {
  repository: "shop",
  environment: "prod",
  waitTimer: 5,
  preventSelfReview: true,
  canAdminsBypass: false,
  reviewers: [{ users: [102, 101], teams: [103] }],
  deploymentBranchPolicy: { protectedBranches: false, customBranchPolicies: true },
};
const bare = { repository: "shop", environment: "prod" };
const policy = { ...bare, branchPattern: "main" };
const secret = { ...bare, secretName: "DEPLOY_TOKEN", value: "hush" };
const variable = { ...bare, variableName: "REGION", value: "eu" };
const label = { repository: "shop", name: "approved", color: "00ff00", description: "Agreed" };
const protection = {
  repositoryId: "shop",
  pattern: "main",
  enforceAdmins: true,
  requiredPullRequestReviews: [{ requiredApprovingReviewCount: 2, dismissStaleReviews: true }],
  requiredStatusChecks: [{ strict: true, contexts: ["unit", "e2e"] }],
};

const resources: [name: string, type: string, given: JsonObject][] = [
  ["an environment", ENVIRONMENT, prod],
  ["an environment with nothing said of it", ENVIRONMENT, { repository: "shop", environment: "a:b/c" }],
  ["a deployment policy", POLICY, policy],
  ["a secret", SECRET, secret],
  ["a variable", VARIABLE, variable],
  ["a label", LABEL, label],
  ["a label without a description", LABEL, { repository: "shop", name: "x", color: "ff0000" }],
  ["a branch's protection", PROTECTION, protection],
  ["a protection with nothing said of it", PROTECTION, { repositoryId: "shop", pattern: "release/*" }],
];

/** What must be there first: of an environment that is not what is tested. */
async function prepare(plugin: Plugin, type: string): Promise<void> {
  if ([POLICY, SECRET, VARIABLE].includes(type)) await lifeOf(plugin, ENVIRONMENT).create(prod);
}

/** What neither GitHub nor the id says. */
const WITHHELD: Readonly<Record<string, (given: JsonObject) => string[]>> = {
  [ENVIRONMENT]: (given) => ("reviewers" in given ? [] : ["preventSelfReview"]),
  [SECRET]: () => ["value"],
  [PROTECTION]: () => ["repositoryId"],
};

describe("every resource", () => {
  it.each(resources)("is as declared once made, also when read back, and goes: %s", async (_name, type, given) => {
    const { plugin } = await start();
    await prepare(plugin, type);
    const life = lifeOf(plugin, type);
    const made = await life.create(given);
    expect(changesOf(await life.diff(made, given))).toEqual({});
    const read = await life.read(made);
    expect(read?.id).toBe(made.id);
    expect(changesOf(await life.diff(read as Resource, given))).toEqual({});
    expect(await life.read(read as Resource)).toEqual(read);
    await life.remove(made);
    expect(await life.read(made)).toBeUndefined();
    await life.remove(made);
  });

  it.each(resources)("is as its import says: %s", async (_name, type, given) => {
    const { plugin } = await start();
    await prepare(plugin, type);
    const life = lifeOf(plugin, type);
    const made = await life.create(given);
    const imported = await life.read({ id: made.id, inputs: {}, state: {} });
    expect(imported?.id).toBe(made.id);
    const withheld = WITHHELD[type]?.(given) ?? [];
    expect(Object.keys(changesOf(await life.diff(imported as Resource, given)))).toEqual(withheld);
  });
});

describe("ids and outputs are the official provider's", () => {
  it.each<[string, string, JsonObject, string | RegExp, JsonObject]>([
    ["environment", ENVIRONMENT, prod, "shop:prod", { repositoryId: 105 }],
    ["environment, colon", ENVIRONMENT, { ...prod, environment: "a:b" }, "shop:a??b", { environment: "a:b" }],
    ["policy", POLICY, policy, /^shop:prod:\d+$/, { repositoryId: 105 }],
    [
      "secret",
      SECRET,
      secret,
      "shop:prod:DEPLOY_TOKEN",
      { createdAt: expect.stringMatching(/ \+0000 UTC$/) as string },
    ],
    [
      "variable",
      VARIABLE,
      variable,
      "shop:prod:REGION",
      { updatedAt: expect.stringMatching(/^2026-01-02 03:/) as string },
    ],
    ["label", LABEL, label, "shop:approved", { url: expect.stringMatching(/\/labels\/approved$/) as string }],
    ["protection", PROTECTION, protection, /^BPR_/, { allowsDeletions: false, lockBranch: false }],
  ])("%s", async (_name, type, given, id, outputs) => {
    const { plugin } = await start();
    await prepare(plugin, type);
    const made = await lifeOf(plugin, type).create(given);
    expect(made.id).toEqual(typeof id === "string" ? id : expect.stringMatching(id));
    expect(made.state).toMatchObject({ ...outputs, id: made.id });
  });
});

describe("a change", () => {
  it.each<[string, JsonObject, JsonObject, Record<string, string>]>([
    [ENVIRONMENT, prod, { ...prod, waitTimer: 10 }, { waitTimer: "UPDATE" }],
    [ENVIRONMENT, prod, { ...prod, preventSelfReview: false }, { preventSelfReview: "UPDATE" }],
    [ENVIRONMENT, prod, { ...prod, canAdminsBypass: true }, { canAdminsBypass: "UPDATE" }],
    [
      ENVIRONMENT,
      prod,
      { ...prod, reviewers: [{ users: [101], teams: [103] }] },
      { "reviewers[0].users[1]": "DELETE" },
    ],
    [
      ENVIRONMENT,
      prod,
      { ...prod, deploymentBranchPolicy: { protectedBranches: true, customBranchPolicies: false } },
      {
        "deploymentBranchPolicy.protectedBranches": "UPDATE",
        "deploymentBranchPolicy.customBranchPolicies": "UPDATE",
      },
    ],
    [ENVIRONMENT, prod, { ...prod, environment: "uat" }, { environment: "UPDATE_REPLACE" }],
    [ENVIRONMENT, prod, { ...prod, repository: "other" }, { repository: "UPDATE_REPLACE" }],
    [POLICY, policy, { ...policy, branchPattern: "release/*" }, { branchPattern: "UPDATE" }],
    [SECRET, secret, { ...secret, value: "new" }, { value: "UPDATE" }],
    [SECRET, secret, { ...secret, secretName: "OTHER" }, { secretName: "UPDATE_REPLACE" }],
    [VARIABLE, variable, { ...variable, value: "us" }, { value: "UPDATE" }],
    [LABEL, label, { ...label, color: "ff0000" }, { color: "UPDATE" }],
    [LABEL, label, { ...label, name: "agreed" }, { name: "UPDATE" }],
    [LABEL, label, { ...label, repository: "other" }, { repository: "UPDATE_REPLACE" }],
    [PROTECTION, protection, { ...protection, enforceAdmins: false }, { enforceAdmins: "UPDATE" }],
    [
      PROTECTION,
      protection,
      { ...protection, requiredStatusChecks: [{ strict: true, contexts: ["unit"] }] },
      { "requiredStatusChecks[0].contexts[0]": "DELETE" },
    ],
    [
      PROTECTION,
      protection,
      { ...protection, requiredPullRequestReviews: [{ requiredApprovingReviewCount: 1, dismissStaleReviews: true }] },
      { "requiredPullRequestReviews[0].requiredApprovingReviewCount": "UPDATE" },
    ],
  ])("of %s from %j to %j is shown, carried out and then there", async (type, before, after, changes) => {
    const { plugin } = await start();
    await prepare(plugin, type);
    const life = lifeOf(plugin, type);
    const made = await life.create(before);
    expect(changesOf(await life.diff(made, after))).toEqual(changes);
    if (Object.values(changes).some((kind) => kind.endsWith("_REPLACE"))) return;
    const updated = await life.update(made, after);
    const read = await life.read(updated);
    expect(changesOf(await life.diff(read as Resource, after))).toEqual({});
    expect(changesOf(await life.diff(read as Resource, before))).not.toEqual({});
  });

  it("of a repository's name alone replaces nothing", async () => {
    const { github, plugin } = await start();
    const life = lifeOf(plugin, ENVIRONMENT);
    const made = await life.create(prod);
    const shop = github.world.repositories.get("acme/shop");
    if (shop) github.world.repositories.set("acme/store", shop);
    expect(changesOf(await life.diff(made, { ...prod, repository: "store" }))).toEqual({ repository: "UPDATE" });
  });
});

describe("drift", () => {
  it("of an environment shows as a change back to what is declared", async () => {
    const { github, plugin } = await start();
    const life = lifeOf(plugin, ENVIRONMENT);
    const made = await life.create(prod);
    const there = github.world.repositories.get("acme/shop")?.environments.get("prod");
    if (!there) throw new Error("not there");
    there.waitTimer = 0;
    there.canAdminsBypass = true;
    there.reviewers.pop();
    const read = (await life.read(made)) as Resource;
    expect(changesOf(await life.diff(read, prod))).toEqual({
      canAdminsBypass: "UPDATE",
      waitTimer: "UPDATE",
      "reviewers[0].users[0]": "ADD",
    });
  });

  it("of the others, too", async () => {
    const { github, plugin } = await start();
    await lifeOf(plugin, ENVIRONMENT).create(prod);
    const repository = github.world.repositories.get("acme/shop");
    const there = repository?.environments.get("prod");
    const made = {
      policy: await lifeOf(plugin, POLICY).create(policy),
      variable: await lifeOf(plugin, VARIABLE).create(variable),
      label: await lifeOf(plugin, LABEL).create(label),
      protection: await lifeOf(plugin, PROTECTION).create(protection),
    };
    for (const one of there?.policies.values() ?? []) one.name = "*";
    for (const one of there?.variables.values() ?? []) one.value = "us";
    for (const one of repository?.labels.values() ?? []) one.color = "ffffff";
    for (const one of repository?.protections.values() ?? []) one["requiredStatusCheckContexts"] = ["unit"];
    const drift = async (type: string, one: Resource, given: JsonObject) => {
      const life = lifeOf(plugin, type);
      return changesOf(await life.diff((await life.read(one)) as Resource, given));
    };
    expect(await drift(POLICY, made.policy, policy)).toEqual({ branchPattern: "UPDATE" });
    expect(await drift(VARIABLE, made.variable, variable)).toEqual({ value: "UPDATE" });
    expect(await drift(LABEL, made.label, label)).toEqual({ color: "UPDATE" });
    expect(await drift(PROTECTION, made.protection, protection)).toEqual({
      "requiredStatusChecks[0].contexts[1]": "ADD",
    });
  });
});

describe("what the official plugin doesn't see either", () => {
  it("is another value of a secret, and reviewers that are all gone", async () => {
    const { github, plugin } = await start();
    const [environment, sealed] = [lifeOf(plugin, ENVIRONMENT), lifeOf(plugin, SECRET)];
    const made = { environment: await environment.create(prod), secret: await sealed.create(secret) };
    const there = github.world.repositories.get("acme/shop")?.environments.get("prod");
    for (const one of there?.secrets.values() ?? []) one.updatedAt = "2030-01-01T00:00:00Z";
    there?.reviewers.splice(0);
    const read = (await sealed.read(made.secret)) as Resource;
    expect(read.state["remoteUpdatedAt"]).toBe("2030-01-01 00:00:00 +0000 UTC");
    expect(changesOf(await sealed.diff(read, secret))).toEqual({});
    const seen = (await environment.read(made.environment)) as Resource;
    expect(changesOf(await environment.diff(seen, prod))).toEqual({});
  });
});

describe("secrets", () => {
  it("come to GitHub sealed, and are what was declared", async () => {
    const { github, plugin } = await start();
    await lifeOf(plugin, ENVIRONMENT).create(prod);
    await lifeOf(plugin, SECRET).create(secret);
    const there = github.world.repositories.get("acme/shop")?.environments.get("prod");
    expect(there && (await unsealed(there, "DEPLOY_TOKEN"))).toBe("hush");
    expect(JSON.stringify(github.requests)).not.toContain("hush");
  });

  it("are marked as such in the provider's settings", async () => {
    const news = { token: "ghp_x", baseUrl: "https://api.github.com/", version: "6.15.0" };
    const request = { urn: "", name: "github", type: "pulumi:providers:github", olds: {}, news, randomSeed: "" };
    const { inputs } = (await githubPlugin({}).checkConfig?.(request)) ?? {};
    expect(inputs?.["token"]).toEqual(expect.objectContaining({ value: "ghp_x" }));
    expect(inputs?.["baseUrl"]).toBe("https://api.github.com/");
  });
});

describe("reviewers", () => {
  it("are looked up by login and slug", async () => {
    const { plugin } = await start();
    const bob = await plugin.invoke?.({ token: "github:index/getUser:getUser", args: { username: "bob" } });
    expect(bob?.properties).toMatchObject({ id: "102", login: "bob" });
    const args = { slug: "releasers", summaryOnly: true };
    const team = await plugin.invoke?.({ token: "github:index/getTeam:getTeam", args });
    expect(team?.properties).toMatchObject({ id: "103", slug: "releasers" });
    await expect(
      plugin.invoke?.({ token: "github:index/getUser:getUser", args: { username: "mallory" } }),
    ).rejects.toThrow("getUser of mallory: Not Found");
  });
});

describe("what GitHub refuses", () => {
  it.each([
    [403, "Resource not accessible by personal access token"],
    [404, "Not Found"],
    [422, "Validation Failed"],
  ])("fails with GitHub's words: %s", async (status, message) => {
    const { github, plugin } = await start();
    github.failNext(({ method }) => method === "PUT", { status, body: { message } });
    await expect(lifeOf(plugin, ENVIRONMENT).create(prod)).rejects.toThrow(message);
    expect(github.requests).toHaveLength(1);
  });

  it("as reviewers fails an update, and keeps the environment in the state", async () => {
    const { plugin } = await start();
    const life = lifeOf(plugin, ENVIRONMENT);
    const made = await life.create(prod);
    await expect(life.update(made, { ...prod, reviewers: [{ users: [999] }] })).rejects.toMatchObject({
      id: "shop:prod",
      reasons: [expect.stringContaining("Validation Failed")],
    });
  });

  it("for coming too fast is asked again after the wait that it names", async () => {
    const { github, plugin } = await start();
    const body = { message: "You have exceeded a secondary rate limit. Please wait a few minutes." };
    const answer = { status: 403, headers: { "retry-after": "1" }, body };
    github.failNext(({ method }) => method === "PUT", answer, 2);
    const before = Date.now();
    await lifeOf(plugin, ENVIRONMENT).create(prod);
    expect(Date.now() - before).toBeGreaterThanOrEqual(1900);
    expect(github.requests.map(({ status }) => status)).toEqual([403, 403, 200, 200]);
  });

  it("again and again for coming too fast fails in the end", async () => {
    const { github, plugin } = await start();
    const body = { message: "You have exceeded a secondary rate limit." };
    github.failNext(({ method }) => method === "PUT", { status: 403, headers: { "retry-after": "1" }, body }, 9);
    await expect(lifeOf(plugin, ENVIRONMENT).create(prod)).rejects.toThrow("secondary rate limit");
    expect(github.requests).toHaveLength(3);
  });

  it("with a fault of its own is asked again", async () => {
    const { github, plugin } = await start();
    const answer = { status: 502, body: { message: "Server Error" } };
    github.failNext(({ method }) => method === "GET", answer);
    await lifeOf(plugin, ENVIRONMENT).create(prod);
    expect(github.requests.map(({ status }) => status)).toEqual([200, 502, 200]);
  });

  it("is never asked for more once the engine cancels", async () => {
    const { plugin } = await start();
    await plugin.cancel?.();
    const before = Date.now();
    await expect(lifeOf(plugin, ENVIRONMENT).create(prod)).rejects.toThrow("cancelled");
    expect(Date.now() - before).toBeLessThan(900);
  });
});

describe("wrong inputs", () => {
  it.each<[string, JsonObject, string]>([
    [ENVIRONMENT, { repository: "shop" }, "environment: Missing required property 'environment'"],
    [ENVIRONMENT, { ...bare, waitTimer: 50_000 }, "waitTimer: expected it to be in the range (0 - 43200), got 50000"],
    [
      ENVIRONMENT,
      { ...bare, reviewers: [{ users: ["alice"] }] },
      "reviewers[0].users: expected a list of whole numbers",
    ],
    [
      SECRET,
      { ...bare, secretName: "GITHUB_X", value: "x" },
      "secretName: Secret names must not start with the GITHUB_",
    ],
    [SECRET, { ...secret, plaintextValue: "x" }, "plaintextValue' is not supported by Sluice's own plugin"],
    [POLICY, { ...bare, branchPattern: "" }, "branchPattern: expected it to not be an empty string"],
  ])("of %s are refused: %j", async (type, given, problem) => {
    const { plugin } = await start();
    await expect(lifeOf(plugin, type).checked(given)).rejects.toThrow(problem);
  });
});

describe("the account", () => {
  it("is the token's own where no owner is named, and settings may come from the environment", async () => {
    github = await startGitHub({ users: ["alice"], repositories: ["alice/shop"] });
    const plugin = githubPlugin({ GITHUB_TOKEN: github.token, GITHUB_BASE_URL: new URL(github.url).origin });
    await plugin.configure({ variables: {}, args: {}, id: "", urn: "" });
    const made = await lifeOf(plugin, LABEL).create(label);
    expect(made.id).toBe("shop:approved");
    expect(github.requests[0]?.path).toBe("/user");
  });
});
