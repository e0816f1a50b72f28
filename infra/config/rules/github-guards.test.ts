import { describe, expect, it } from "vitest";
import { findings } from "../testing/sample.ts";
import { githubGuards } from "./github-guards.ts";

const token = { secret: { env: "GITHUB_TOKEN" } };
const two = { users: ["alice"], teams: ["release-managers"] };
const protection = { branch: "main" };
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
    ["prod", { reviewers: two, protection }],
    ["prod", { reviewers: two, protection: { requiredApprovals: 2 } }],
    [
      "prod",
      {
        reviewers: { users: ["alice", "bob"] },
        waitMinutes: 5,
        preventSelfReview: true,
        branches: ["main"],
        protection,
      },
    ],
  ])("takes in %s: %j", (name, given) => {
    expect(findings(githubGuards, github(given), name)).toEqual([]);
  });

  it.each<[string, object, string[]]>([
    ["stg", {}, ["github.reviewers: expected at least 1 users or teams in stg, found 0"]],
    ["uat", {}, ["github.reviewers: expected at least 1 users or teams in uat, found 0"]],
    [
      "prod",
      { reviewers: { users: ["alice"] }, protection },
      ["github.reviewers: expected at least 2 users or teams in prod, found 1"],
    ],
    [
      "prod",
      { reviewers: two, protection, waitMinutes: 4 },
      ["github.waitMinutes: expected at least 5 in prod, found 4"],
    ],
    [
      "prod",
      { reviewers: two, protection, preventSelfReview: false },
      ["github.preventSelfReview: expected true in prod, found false"],
    ],
    [
      "prod",
      { reviewers: two, protection, branches: ["main", "release/*"] },
      [
        "github.branches: expected main alone in prod, found main, release/*",
        "github.protection: expected prod to protect what it deploys from, release/*, found one of main",
      ],
    ],
    [
      "prod",
      { protection, branches: [], waitMinutes: 0, preventSelfReview: false },
      [
        "github.reviewers: expected at least 2 users or teams in prod, found 0",
        "github.waitMinutes: expected at least 5 in prod, found 0",
        "github.preventSelfReview: expected true in prod, found false",
        "github.branches: expected main alone in prod, found none, which lets any deploy",
      ],
    ],
    [
      "prod",
      { reviewers: two },
      ["github.protection: expected prod to protect what it deploys from, main, found none"],
    ],
    [
      "prod",
      { reviewers: two, protection: { branch: "release/*" } },
      ["github.protection: expected prod to protect what it deploys from, main, found one of release/*"],
    ],
    [
      "prod",
      { reviewers: { users: ["alice", "Alice"] }, protection },
      ["github.reviewers.users.1: expected each once, found alice again"],
    ],
  ])("refuses in %s: %j", (name, given, problems) => {
    expect(findings(githubGuards, github(given), name)).toEqual(problems);
  });
});
