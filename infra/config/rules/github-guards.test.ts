import { describe, expect, it } from "vitest";
import { findings } from "../testing/sample.ts";
import { githubGuards } from "./github-guards.ts";

const token = { secret: { env: "GITHUB_TOKEN" } };
const two = { users: ["alice"], teams: ["release-managers"] };
const github = (more: object = {}) => ({ github: { repository: "acme/shop", token, ...more } });

describe(githubGuards.name, () => {
  it.each(["dev", "stg", "uat", "prod"])(
    "asks for nothing in %s where no environment on GitHub is declared",
    (name) => {
      expect(findings(githubGuards, {}, name)).toEqual([]);
    },
  );

  it.each<[string, object]>([
    ["dev", {}],
    ["dev", { branches: [], preventSelfReview: false }],
    ["stg", { reviewers: { users: ["alice"] } }],
    ["uat", { reviewers: { teams: ["release-managers"] } }],
    ["prod", { reviewers: two }],
    ["prod", { reviewers: { users: ["alice", "bob"] }, waitMinutes: 5, preventSelfReview: true, branches: ["main"] }],
  ])("takes in %s: %j", (name, given) => {
    expect(findings(githubGuards, github(given), name)).toEqual([]);
  });

  it.each<[string, object, string[]]>([
    ["stg", {}, ["github.reviewers: expected at least 1 users or teams in stg, found 0"]],
    ["uat", {}, ["github.reviewers: expected at least 1 users or teams in uat, found 0"]],
    [
      "prod",
      { reviewers: { users: ["alice"] } },
      ["github.reviewers: expected at least 2 users or teams in prod, found 1"],
    ],
    ["prod", { reviewers: two, waitMinutes: 4 }, ["github.waitMinutes: expected at least 5 in prod, found 4"]],
    [
      "prod",
      { reviewers: two, preventSelfReview: false },
      ["github.preventSelfReview: expected true in prod, found false"],
    ],
    [
      "prod",
      { reviewers: two, branches: ["main", "release/*"] },
      ["github.branches: expected main alone in prod, found main, release/*"],
    ],
    [
      "prod",
      { branches: [], waitMinutes: 0, preventSelfReview: false },
      [
        "github.reviewers: expected at least 2 users or teams in prod, found 0",
        "github.waitMinutes: expected at least 5 in prod, found 0",
        "github.preventSelfReview: expected true in prod, found false",
        "github.branches: expected main alone in prod, found none, which lets any deploy",
      ],
    ],
    [
      "prod",
      { reviewers: { users: ["alice", "Alice"] } },
      ["github.reviewers.users.1: expected each once, found alice again"],
    ],
  ])("refuses in %s: %j", (name, given, problems) => {
    expect(findings(githubGuards, github(given), name)).toEqual(problems);
  });
});
