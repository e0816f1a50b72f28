import { z } from "zod";
import type { RequestPort } from "../../driver/ports.ts";
import type { GithubSettings } from "../../model/settings/github.ts";
import type { ResolveSecret } from "../secrets.ts";
import { askGithub, githubClient, type GithubClient, statusOf } from "./client.ts";
import { historyOf } from "./history.ts";

const moment = z.iso.datetime();

/** What has to be in GitHub's answers: a comment without its times would be as good as one that was never edited. */
const issueShape = z.object({
  state: z.enum(["open", "closed"]),
  title: z.string(),
  body: z.string().nullish(),
  number: z.int().min(1),
  html_url: z.string(),
});
const commentShape = z.object({
  user: z.object({ login: z.string().min(1), type: z.string() }).nullable(),
  body: z.string(),
  created_at: moment,
  updated_at: moment,
});

/** Where issues are, and in whose name they are opened. */
export type GithubPlace = Pick<GithubSettings, "repository" | "apiUrl" | "token">;

/** Asks people on issues of the environment's repository. */
export function githubRequests({ repository, apiUrl, token }: GithubPlace, resolve: ResolveSecret): RequestPort {
  const [owner = "", repo = ""] = repository.split("/");
  let opened: Promise<GithubClient> | undefined;
  const client = () => (opened ??= resolve(token).then((text) => githubClient({ apiUrl, token: text })));
  return {
    organisation: owner,
    open: ({ title, body, labels }) =>
      askGithub(`opening an issue in ${repository}`, async () => {
        const github = await client();
        const { data } = await github.request("POST /repos/{owner}/{repo}/issues", {
          owner,
          repo,
          title,
          body,
          labels: [...labels],
          // Two issues would be worse than none: nobody would know which one counts.
          request: { retries: 0 },
        });
        const issue = issueShape.parse(data);
        // As GitHub keeps it, which is what it will be compared with.
        return { repository, issue: issue.number, url: issue.html_url, title: issue.title, body: issue.body ?? "" };
      }),
    read: (request, teams) =>
      askGithub(`reading ${request.url}`, async () => {
        const github = await client();
        const place = { owner, repo, issue_number: request.issue };
        if (request.repository.toLowerCase() !== repository.toLowerCase()) {
          throw new TypeError(`it is in ${request.repository}, and the settings say ${repository}`);
        }
        const issue = issueShape.parse(
          (await github.request("GET /repos/{owner}/{repo}/issues/{issue_number}", place)).data,
        );
        if (issue.html_url !== request.url) throw new TypeError(`it was moved to ${issue.html_url}`);
        const all = await github.paginate("GET /repos/{owner}/{repo}/issues/{issue_number}/comments", {
          ...place,
          per_page: 100,
        });
        const comments = z.array(commentShape).parse(all);
        const members = await membersAmong(
          github,
          owner,
          teams,
          comments.flatMap(({ user }) => user?.login ?? []),
        );
        // Last: what becomes of the issue or its comments while they are read is in it.
        const { url, isOwn, history } = await historyOf(github, { owner, name: repo, number: request.issue });
        if (url !== request.url) throw new TypeError(`it was moved to ${url}`);
        return {
          kind: "known",
          request,
          isOpen: issue.state === "open",
          isOwn,
          title: issue.title,
          body: issue.body ?? "",
          comments: comments.map(({ user, body, created_at, updated_at }) => ({
            // An account that was deleted since.
            author: user?.login ?? "",
            isPerson: user?.type === "User",
            isMember: user !== null && members.has(user.login),
            body,
            createdAt: created_at,
            updatedAt: updated_at,
          })),
          history,
        };
      }),
  };
}

/** Which of these people are in one of the teams; an invitation that wasn't accepted yet is no membership. */
async function membersAmong(
  github: GithubClient,
  org: string,
  teams: readonly string[],
  logins: readonly string[],
): Promise<ReadonlySet<string>> {
  const members = new Set<string>();
  // To GitHub a team that isn't there is one without this member.
  for (const team of logins.length > 0 ? teams : []) {
    await github.request("GET /orgs/{org}/teams/{team_slug}", { org, team_slug: team }).catch((error: unknown) => {
      throw statusOf(error) === 404 ? new TypeError(`there is no team ${team} in ${org}`) : error;
    });
  }
  for (const login of new Set(logins)) {
    for (const team of teams) {
      if (!members.has(login) && (await isMember(github, org, team, login))) members.add(login);
    }
  }
  return members;
}

async function isMember(github: GithubClient, org: string, team: string, username: string): Promise<boolean> {
  try {
    const { data } = await github.request("GET /orgs/{org}/teams/{team_slug}/memberships/{username}", {
      org,
      team_slug: team,
      username,
    });
    return data.state === "active";
  } catch (error) {
    if (statusOf(error) === 404) return false;
    throw error;
  }
}
