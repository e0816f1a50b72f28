import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type GitHub, startGitHub } from "../../../scripts/testing/github/server.ts";
import type { Issue } from "../../../scripts/testing/github/world.ts";
import type { Request } from "../../gates/request/source.ts";
import { UnknownError } from "../../model/errors.ts";
import { githubRequests } from "./requests.ts";

const text = {
  title: "Approve org1/react-ui 1.4.2 for prod",
  body: "- [ ] tests passed\n\nDigest",
  labels: ["approval"],
};

let github: GitHub;
beforeEach(async () => {
  github = await startGitHub({
    users: ["robot", "alice", "bob", "carol"],
    organisations: { org1: { leads: ["Carol"], owners: [] } },
    repositories: ["org1/deliveries"],
  });
});
afterEach(() => github.close());

const requests = (over: object = {}) =>
  githubRequests(
    { repository: "org1/deliveries", apiUrl: github.url, token: { secret: { env: "TOKEN" } }, ...over },
    () => Promise.resolve(github.token),
  );

const issue = (): Issue => {
  const found = github.world.repositories.get("org1/deliveries")?.issues.get(1);
  if (!found) throw new Error("no issue was opened");
  return found;
};

async function opened(): Promise<Request> {
  return { ...(await requests().open(text)), by: "alice", breaking: null };
}

function says(author: string, body = "/approve", updatedAt = "2026-03-02T10:00:00Z"): void {
  issue().comments.push({
    id: issue().comments.length + 1,
    author,
    body,
    createdAt: "2026-03-02T10:00:00Z",
    updatedAt,
  });
}

describe("requests on GitHub", () => {
  it("are opened as issues, and kept as GitHub has them", async () => {
    expect(await opened()).toEqual({
      repository: "org1/deliveries",
      issue: 1,
      url: `${new URL(github.url).origin}/org1/deliveries/issues/1`,
      title: text.title,
      body: text.body,
      by: "alice",
      breaking: null,
    });
    expect(issue()).toMatchObject({ labels: ["approval"], author: "robot" });
  });

  it("are read with all of their comments, however many pages", async () => {
    const request = await opened();
    for (let index = 0; index < 230; index++) says(index === 229 ? "bob" : "alice", `${index}`);
    const read = await requests().read(request, []);
    expect(read).toMatchObject({ kind: "known", isOpen: true, title: text.title, body: text.body });
    expect(read.kind === "known" && read.comments.map(({ body }) => body)).toEqual(
      Array.from({ length: 230 }, (_, index) => String(index)),
    );
    expect(github.requests.filter(({ operation }) => operation === "issues/list-comments")).toHaveLength(3);
  });

  it("tell persons, members of teams, edits and what was changed", async () => {
    const request = await opened();
    says("bob");
    says("carol", "/approve", "2026-03-02T10:00:07Z");
    says("helper[bot]");
    Object.assign(issue(), { isOpen: false, body: "Another digest" });
    const read = await requests().read(request, ["owners", "leads"]);
    expect(read).toMatchObject({
      isOpen: false,
      body: "Another digest",
      comments: [
        { author: "bob", isPerson: true, isMember: false },
        { author: "carol", isMember: true, createdAt: "2026-03-02T10:00:00Z", updatedAt: "2026-03-02T10:00:07Z" },
        { author: "helper[bot]", isPerson: false },
      ],
    });
  });

  it("wait where GitHub says so, and ask again what failed on its side", async () => {
    const request = await opened();
    const limit = {
      status: 403,
      headers: { "retry-after": "1" },
      body: {
        message: "You have exceeded a secondary rate limit",
        documentation_url: "https://docs.github.com/rest#secondary",
      },
    };
    github.failNext(({ operation }) => operation === "issues/get", limit);
    github.failNext(({ operation }) => operation === "issues/list-comments", {
      status: 502,
      body: { message: "Bad gateway" },
    });
    expect(await requests().read(request, [])).toMatchObject({ kind: "known" });
    expect(github.requests.filter(({ status }) => status >= 400)).toHaveLength(2);
  });

  it("aren't opened twice when GitHub fails in between: nobody knows whether the first one is there", async () => {
    github.failNext(
      ({ operation }) => operation === "issues/create",
      { status: 502, body: { message: "Bad gateway" } },
      9,
    );
    await expect(requests().open(text)).rejects.toThrow(UnknownError);
    expect(github.requests.filter(({ operation }) => operation === "issues/create")).toHaveLength(1);
  });

  it.each<[string, () => void, RegExp]>([
    ["the issue is gone", () => github.world.repositories.get("org1/deliveries")?.issues.clear(), /404 Not Found/],
    ["the token isn't let in", () => github.world.tokens.clear(), /401 Bad credentials/],
    [
      "a team isn't there",
      () => github.world.organisations.get("org1")?.teams.clear(),
      /there is no team leads in org1/,
    ],
  ])("can't be read when %s", async (_what, change, reason) => {
    const request = await opened();
    says("bob");
    change();
    const reading = requests().read(request, ["leads"]);
    await expect(reading).rejects.toThrow(UnknownError);
    await expect(reading).rejects.toThrow(reason);
    await reading.catch((error: unknown) => expect(String(error)).not.toContain(github.token));
  });

  it("of another repository aren't read: their numbers mean something else here", async () => {
    const request = { ...(await opened()), repository: "org1/shop" };
    await expect(requests().read(request, [])).rejects.toThrow(
      /it is in org1\/shop, and the settings say org1\/deliveries/,
    );
  });

  it("fail where GitHub can't be reached", async () => {
    await expect(requests({ apiUrl: "http://127.0.0.1:9/api/v3" }).open(text)).rejects.toThrow(UnknownError);
  });
});
