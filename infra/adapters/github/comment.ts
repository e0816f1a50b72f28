import { z } from "zod";
import { askGithub, type GithubClient } from "./client.ts";

export interface CommentPlace {
  /** `owner/name` */
  readonly repository: string;
  /** Of the issue or the pull request. */
  readonly number: number;
}

const shape = z.object({ id: z.int(), body: z.string().nullish(), html_url: z.string() });

/**
 * Writes a comment, or the one again that begins with this text: its place doesn't fill up with comments of which only
 * the last is true.
 * @returns its address, for people
 */
export function keepComment(
  github: GithubClient,
  { repository, number }: CommentPlace,
  beginning: string,
  body: string,
): Promise<string> {
  return askGithub(`commenting on ${repository}#${number}`, async () => {
    const [owner = "", repo = ""] = repository.split("/");
    const comments = "/repos/{owner}/{repo}/issues/{issue_number}/comments" as const;
    const place = { owner, repo, issue_number: number };
    const all = z.array(shape).parse(await github.paginate(`GET ${comments}`, { ...place, per_page: 100 }));
    const before = all.find((one) => one.body?.startsWith(beginning) === true);
    const { data } = before
      ? await github.request("PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}", {
          owner,
          repo,
          comment_id: before.id,
          body,
        })
      : await github.request(`POST ${comments}`, { ...place, body, request: { retries: 0 } });
    return shape.parse(data).html_url;
  });
}
