import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type GitHub, startGitHub } from "../../../scripts/testing/github/server.ts";
import type { Issue } from "../../../scripts/testing/github/world.ts";
import { UnknownError } from "../../model/errors.ts";
import { githubClient } from "./client.ts";
import { keepComment } from "./comment.ts";

let github: GitHub;
beforeEach(async () => {
  github = await startGitHub({ users: ["robot"], repositories: ["org1/deliveries"] });
  const at = "2026-03-02T10:00:00Z";
  const pull: Issue = {
    number: 1,
    id: 1,
    author: "robot",
    title: "A change",
    body: null,
    labels: [],
    isOpen: true,
    at,
    comments: [{ id: 7, author: "alice", body: "see <!-- mark -->", createdAt: at, updatedAt: at }],
    edits: [],
    events: [],
  };
  github.world.repositories.get("org1/deliveries")?.issues.set(1, pull);
});
afterEach(() => github.close());

const keep = (body: string, number = 1) =>
  keepComment(
    githubClient({ apiUrl: github.url, token: github.token }),
    { repository: "org1/deliveries", number },
    "<!-- mark -->",
    body,
  );
const bodies = () =>
  github.world.repositories
    .get("org1/deliveries")
    ?.issues.get(1)
    ?.comments.map(({ body }) => body) ?? [];

describe("a comment that is kept", () => {
  it("is written once, and again in its place", async () => {
    await keep("<!-- mark -->first");
    expect(await keep("<!-- mark -->second")).toMatch(/^https?:/);
    expect(bodies()).toEqual(["see <!-- mark -->", "<!-- mark -->second"]);
  });

  it("fails in GitHub's words where there is no such pull request", async () => {
    await expect(keep("<!-- mark -->", 2)).rejects.toThrow(UnknownError);
    await expect(keep("<!-- mark -->", 2)).rejects.toThrow(/commenting on org1\/deliveries#2: 404 Not Found/);
  });
});
