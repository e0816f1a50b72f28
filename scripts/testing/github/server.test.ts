import { Octokit } from "@octokit/core";
import sodium from "libsodium-wrappers";
import { afterEach, describe, expect, it } from "vitest";
import { type GitHub, startGitHub } from "./server.ts";
import { unsealed } from "./unseal.ts";

let github: GitHub | undefined;

async function start(): Promise<{ github: GitHub; octokit: Octokit }> {
  github = await startGitHub({
    users: ["alice", "bob"],
    organisations: { acme: { releasers: ["alice"] } },
    repositories: ["acme/shop"],
  });
  return { github, octokit: new Octokit({ baseUrl: github.url, auth: github.token }) };
}

const shop = { owner: "acme", repo: "shop" };
const prod = { ...shop, environment_name: "prod" };

afterEach(async () => {
  await github?.close();
  github = undefined;
});

describe("startGitHub", () => {
  it("has accounts and repositories in GitHub's own shapes", async () => {
    const { octokit } = await start();
    expect((await octokit.request("GET /user")).data.login).toBe("alice");
    expect((await octokit.request("GET /users/{username}", { username: "bob" })).data.id).toBe(102);
    expect((await octokit.request("GET /orgs/{org}", { org: "acme" })).data.id).toBe(104);
    const team = await octokit.request("GET /orgs/{org}/teams/{team_slug}", { org: "acme", team_slug: "releasers" });
    expect(team.data.id).toBe(103);
    expect((await octokit.request("GET /repos/{owner}/{repo}", shop)).data).toMatchObject({ id: 105, name: "shop" });
    await expect(octokit.request("GET /users/{username}", { username: "mallory" })).rejects.toMatchObject({
      status: 404,
    });
  });

  it("keeps environments, their branches, secrets and variables", async () => {
    const { github, octokit } = await start();
    await octokit.request("PUT /repos/{owner}/{repo}/environments/{environment_name}", {
      ...prod,
      wait_timer: 5,
      prevent_self_review: true,
      reviewers: [
        { type: "User", id: 101 },
        { type: "Team", id: 103 },
      ],
      deployment_branch_policy: { protected_branches: false, custom_branch_policies: true },
    });
    const branches = "/repos/{owner}/{repo}/environments/{environment_name}/deployment-branch-policies" as const;
    await octokit.request(`POST ${branches}`, { ...prod, name: "main" });
    expect((await octokit.request(`GET ${branches}`, prod)).data.branch_policies).toMatchObject([{ name: "main" }]);
    const environment = await octokit.request("GET /repos/{owner}/{repo}/environments/{environment_name}", prod);
    expect(environment.data.protection_rules?.map(({ type }) => type)).toEqual([
      "wait_timer",
      "required_reviewers",
      "branch_policy",
    ]);
    const values = "/repos/{owner}/{repo}/environments/{environment_name}" as const;
    const { data: key } = await octokit.request(`GET ${values}/secrets/public-key`, prod);
    await sodium.ready;
    const sealed = sodium.crypto_box_seal("hush", new Uint8Array(Buffer.from(key.key, "base64")));
    const encrypted_value = Buffer.from(sealed).toString("base64");
    const secret = { ...prod, secret_name: "TOKEN" };
    const { status } = await octokit.request(`PUT ${values}/secrets/{secret_name}`, {
      ...secret,
      encrypted_value,
      key_id: key.key_id,
    });
    expect(status).toBe(201);
    const there = github.world.repositories.get("acme/shop")?.environments.get("prod");
    expect(there && (await unsealed(there, "TOKEN"))).toBe("hush");
    await octokit.request(`POST ${values}/variables`, { ...prod, name: "REGION", value: "eu" });
    expect((await octokit.request(`GET ${values}/variables/{name}`, { ...prod, name: "region" })).data.value).toBe(
      "eu",
    );
  });

  it("gives lists page by page, with links to the others", async () => {
    const { octokit } = await start();
    for (const name of ["a", "b", "c"]) {
      await octokit.request("POST /repos/{owner}/{repo}/labels", { ...shop, name, color: "AABBCC" });
    }
    const second = await octokit.request("GET /repos/{owner}/{repo}/labels", { ...shop, per_page: 2, page: 2 });
    expect(second.data.map(({ name, color }) => [name, color])).toEqual([["c", "aabbcc"]]);
    expect(second.headers.link).toMatch(/page=1[^>]*>; rel="prev"/);
    const first = await octokit.request("GET /repos/{owner}/{repo}/labels", { ...shop, per_page: 2 });
    expect(first.headers.link).toMatch(/page=2[^>]*>; rel="next"/);
  });

  it("keeps branch protections, by GitHub's own GraphQL schema", async () => {
    const { octokit } = await start();
    const { repository } = await octokit.graphql<{ repository: { id: string } }>(
      `query { repository(owner: "acme", name: "shop") { id } }`,
    );
    const { createBranchProtectionRule: made } = await octokit.graphql<{
      createBranchProtectionRule: { branchProtectionRule: { id: string } };
    }>(
      `mutation($input: CreateBranchProtectionRuleInput!) {
         createBranchProtectionRule(input: $input) { branchProtectionRule { id } }
       }`,
      { input: { repositoryId: repository.id, pattern: "main", requiresStatusChecks: true } },
    );
    const { id } = made.branchProtectionRule;
    expect(
      await octokit.graphql(`query($id: ID!) { node(id: $id) { ... on BranchProtectionRule { pattern } } }`, { id }),
    ).toEqual({ node: { pattern: "main" } });
    await expect(octokit.graphql(`query { node(id: "BPR_none") { id } }`)).rejects.toThrow("global id");
  });

  it("lets nobody in without a token of its own", async () => {
    const { github } = await start();
    const octokit = new Octokit({ baseUrl: github.url, auth: "another" });
    await expect(octokit.request("GET /user")).rejects.toMatchObject({ status: 401 });
  });

  it("fails as it is told to", async () => {
    const { github, octokit } = await start();
    const answer = { status: 403, headers: { "retry-after": "1" }, body: { message: "secondary rate limit" } };
    github.failNext(({ operation }) => operation === "users/get-authenticated", answer);
    await expect(octokit.request("GET /user")).rejects.toMatchObject({ status: 403 });
    expect((await octokit.request("GET /user")).status).toBe(200);
    expect(github.requests.map(({ status }) => status)).toEqual([403, 200]);
  });
});

describe("what isn't as GitHub describes it", () => {
  it.each<[string, (octokit: Octokit) => Promise<unknown>, RegExp]>([
    ["an unknown path", (octokit) => octokit.request("GET /repos/acme/shop/nothing"), /not of an operation/],
    [
      "a path that the description has, and this server hasn't",
      (octokit) => octokit.request("GET /repos/acme/shop/issues"),
      /not of an operation/,
    ],
    [
      "a property of the wrong type",
      (octokit) => octokit.request("PUT /repos/acme/shop/environments/prod", { wait_timer: "5" }),
      /request repos\/create-or-update-environment: .*wait_timer.*integer/,
    ],
    [
      "a property that isn't there",
      (octokit) => octokit.request("POST /repos/acme/shop/labels", { name: "a", colour: "aabbcc" }),
      /request issues\/create-label: .*additional properties.*colour/i,
    ],
    [
      "a missing property",
      (octokit) => octokit.request("POST /repos/acme/shop/labels", { color: "aabbcc" }),
      /request issues\/create-label: .*required.*name/,
    ],
    [
      "a field that GraphQL hasn't",
      (octokit) => octokit.graphql(`query { viewer { shoeSize } }`),
      /GraphQL: .*shoeSize/,
    ],
  ])("is refused and remembered: %s", async (_what, ask, problem) => {
    const { github, octokit } = await start();
    await expect(ask(octokit)).rejects.toThrow();
    expect(github.problems).toEqual([expect.stringMatching(problem)]);
    await expect(github.close()).rejects.toThrow("not as GitHub describes it");
    github.problems.splice(0);
  });

  it("is remembered of this server's own answers as well", async () => {
    github = await startGitHub({
      users: ["alice"],
      operations: { "users/get-authenticated": () => ({ status: 200, body: { login: "alice" } }) },
    });
    await new Octokit({ baseUrl: github.url, auth: github.token }).request("GET /user");
    expect(github.problems.splice(0)).toContainEqual(
      expect.stringMatching(/^answer 200 to users\/get-authenticated: .*required property 'avatar_url'/),
    );
  });
});
