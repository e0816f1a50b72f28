import { type GithubSettings, githubGuardsOf } from "../../model/settings/github.ts";
import type { Finding } from "../finding.ts";
import type { Rule } from "../rule.ts";

/** How many must be listed, so that a job doesn't hang on one person who is away. */
const REVIEWERS: Readonly<Record<string, number>> = { prod: 2, uat: 1, stg: 1 };
const PROD_MINUTES = 5;

/** GitHub's own gate is as strict as the policy wants it: found here before anything is declared. */
export const githubGuards: Rule = {
  name: "github-guards",
  check: ({ fileName, github }) =>
    github === undefined ? [] : [...twice(github), ...tooFew(fileName, github), ...prodOnly(fileName, github)],
};

function tooFew(environment: string, { reviewers }: GithubSettings): Finding[] {
  const wanted = REVIEWERS[environment] ?? 0;
  const listed = reviewers.teams.length + reviewers.users.length;
  if (listed >= wanted) return [];
  const message = `expected at least ${wanted} users or teams in ${environment}, found ${listed}`;
  return [{ path: ["github", "reviewers"], message }];
}

/** GitHub tells no case apart in logins, and lists nobody twice. */
function twice({ reviewers }: GithubSettings): Finding[] {
  return (["users", "teams"] as const).flatMap((kind) => {
    const names = reviewers[kind].map((name) => name.toLowerCase());
    return names.flatMap((name, index) => {
      const again = names.indexOf(name) < index;
      return again
        ? [{ path: ["github", "reviewers", kind, index], message: `expected each once, found ${name} again` }]
        : [];
    });
  });
}

function prodOnly(environment: string, github: GithubSettings): Finding[] {
  if (environment !== "prod") return [];
  const { waitMinutes, preventSelfReview } = githubGuardsOf(environment, github);
  const findings: Finding[] = [];
  if (waitMinutes < PROD_MINUTES) {
    const message = `expected at least ${PROD_MINUTES} in prod, found ${waitMinutes}`;
    findings.push({ path: ["github", "waitMinutes"], message });
  }
  if (!preventSelfReview) {
    findings.push({ path: ["github", "preventSelfReview"], message: "expected true in prod, found false" });
  }
  if (github.branches.join() !== "main") {
    const found = github.branches.length > 0 ? github.branches.join(", ") : "none, which lets any deploy";
    findings.push({ path: ["github", "branches"], message: `expected main alone in prod, found ${found}` });
  }
  // The way into `main` guards PROD as much as its reviewers: Sluice declares it itself, since nobody can tell otherwise.
  const { protection, branches } = github;
  const unprotected = branches.filter((branch) => branch !== protection?.branch);
  if (unprotected.length > 0) {
    const found = protection === undefined ? "none" : `one of ${protection.branch}`;
    const message = `expected prod to protect what it deploys from, ${unprotected.join(", ")}, found ${found}`;
    findings.push({ path: ["github", "protection"], message });
  }
  return findings;
}
