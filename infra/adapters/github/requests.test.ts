import { Octokit } from "@octokit/core";
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

const place = { owner: "org1", repo: "deliveries" };
/** One that waits for nothing. */
const client = () => new Octokit({ baseUrl: github.url, auth: github.token });

/** As the adapter opens one, without its waiting between two. */
async function opened(): Promise<Request> {
  const { data } = await client().request("POST /repos/{owner}/{repo}/issues", { ...place, ...text });
  const { title, body } = text;
  const about = { repository: "org1/deliveries", issue: data.number, url: data.html_url };
  return { ...about, title, body, by: "alice", breaking: null, isUsed: false };
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
    expect(await requests().open(text)).toEqual({
      repository: "org1/deliveries",
      issue: 1,
      url: `${new URL(github.url).origin}/org1/deliveries/issues/1`,
      title: text.title,
      body: text.body,
    });
    expect(issue()).toMatchObject({ labels: ["approval"], author: "robot" });
  });

  it("are read with all of their comments, however many pages", async () => {
    const request = await opened();
    for (let index = 0; index < 230; index++) says(index === 229 ? "bob" : "alice", `${index}`);
    const read = await requests().read(request, []);
    expect(read).toMatchObject({ kind: "known", isOpen: true, isOwn: true, title: text.title, body: text.body });
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

  it("tell what became of the issue, also where it is as it was", async () => {
    const request = await opened();
    expect(await requests().read(request, [])).toMatchObject({
      history: { edits: 0, texts: [], incidents: 0, happened: [] },
    });
    says("bob");
    says("carol");
    const change = (body: object) =>
      client().request("PATCH /repos/{owner}/{repo}/issues/{issue_number}", { ...place, issue_number: 1, ...body });
    await change({ body: "Another digest" });
    await change({ body: text.body });
    await change({ state: "closed" });
    await change({ state: "open" });
    await change({ title: "Another" });
    await change({ title: text.title });
    await client().request("DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}", { ...place, comment_id: 1 });
    expect(await requests().read(request, [])).toMatchObject({
      isOpen: true,
      title: text.title,
      body: text.body,
      comments: [{ author: "carol" }],
      history: {
        edits: 3,
        texts: [text.body, "Another digest", text.body],
        incidents: 4,
        happened: [
          { kind: "closed" },
          { kind: "renamed" },
          { kind: "renamed" },
          { kind: "commentDeleted", author: "bob" },
        ],
      },
    });
  });

  it("tell where GitHub shows less than there was", async () => {
    const request = await opened();
    const at = "2026-03-02T10:00:00Z";
    for (let times = 0; times < 101; times++) {
      issue().edits.push({ text: times === 0 ? null : text.body, at });
      issue().events.push({ kind: "commentDeleted", at, author: null });
    }
    const read = await requests().read(request, []);
    const { history } = read.kind === "known" ? read : { history: null };
    expect(history).toMatchObject({ edits: 101, incidents: 101 });
    expect([history?.texts.length, history?.happened.length]).toEqual([100, 100]);
    expect(history?.happened[0]).toEqual({ kind: "commentDeleted", author: null, at });
  });

  it("tell of an edit that GitHub doesn't list", async () => {
    const request = await opened();
    const timelineItems = { pageInfo: { hasNextPage: false }, nodes: [] };
    const edited = { lastEditedAt: "2026-03-02T10:00:00Z", userContentEdits: null, timelineItems };
    const data = { repository: { issue: { url: request.url, viewerDidAuthor: true, ...edited } } };
    github.failNext(({ operation }) => operation === "graphql", { status: 200, body: { data } });
    expect(await requests().read(request, [])).toMatchObject({ history: { edits: 1, texts: [] } });
  });

  it("tell whether another account opened the issue", async () => {
    const request = await opened();
    github.world.tokens.set(github.token, "alice");
    expect(await requests().read(request, [])).toMatchObject({ isOwn: false });
  });

  it("can't be read where GitHub doesn't tell what became of them", async () => {
    const request = await opened();
    const answer = (issue: unknown) => ({ status: 200, body: { data: { repository: { issue } } } });
    github.failNext(({ operation }) => operation === "graphql", answer({ url: request.url, viewerDidAuthor: true }));
    await expect(requests().read(request, [])).rejects.toThrow(UnknownError);
    const failed = { status: 200, body: { data: null, errors: [{ message: "Something went wrong" }] } };
    github.failNext(({ operation }) => operation === "graphql", failed, 9);
    await expect(requests().read(request, [])).rejects.toThrow(/Something went wrong/);
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
