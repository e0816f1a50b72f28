import { z } from "zod";
import type { RequestPort } from "../../driver/ports.ts";
import type { GithubClient } from "./client.ts";

type History = Extract<Awaited<ReturnType<RequestPort["read"]>>, { kind: "known" }>["history"];

/** More of each than anybody brings about by ticking boxes; where there are more, not all is known. */
const most = 100;

/** REST tells neither an issue's earlier texts nor whose comment was deleted. */
const query = `
query ($owner: String!, $name: String!, $number: Int!, $most: Int!) {
  repository(owner: $owner, name: $name) {
    issue(number: $number) {
      url
      viewerDidAuthor
      lastEditedAt
      userContentEdits(first: $most) { totalCount nodes { diff } }
      timelineItems(first: $most, itemTypes: [CLOSED_EVENT, RENAMED_TITLE_EVENT, COMMENT_DELETED_EVENT]) {
        pageInfo { hasNextPage }
        nodes {
          __typename
          ... on CommentDeletedEvent { createdAt deletedCommentAuthor { login } }
        }
      }
    }
  }
}`;

const moment = z.iso.datetime();
const incident = z.discriminatedUnion("__typename", [
  z.object({ __typename: z.literal("ClosedEvent") }),
  z.object({ __typename: z.literal("RenamedTitleEvent") }),
  z.object({
    __typename: z.literal("CommentDeletedEvent"),
    createdAt: moment,
    deletedCommentAuthor: z.object({ login: z.string().min(1) }).nullable(),
  }),
]);
const answerShape = z.object({
  repository: z.object({
    issue: z.object({
      url: z.string(),
      viewerDidAuthor: z.boolean(),
      lastEditedAt: moment.nullable(),
      userContentEdits: z
        .object({
          totalCount: z.int(),
          nodes: z.array(z.object({ diff: z.string().nullable() }).nullable()).nullable(),
        })
        .nullable(),
      timelineItems: z.object({
        pageInfo: z.object({ hasNextPage: z.boolean() }),
        nodes: z.array(incident),
      }),
    }),
  }),
});

export interface IssuePlace {
  readonly owner: string;
  readonly name: string;
  readonly number: number;
}

/** What became of an issue since it was opened, and whether that was done with this client's token. */
export async function historyOf(
  github: GithubClient,
  place: IssuePlace,
): Promise<{ readonly url: string; readonly isOwn: boolean; readonly history: History }> {
  const { issue } = answerShape.parse(await github.graphql(query, { ...place, most })).repository;
  const { userContentEdits: edits, timelineItems: timeline } = issue;
  const texts = (edits?.nodes ?? []).map((node) => node?.diff ?? null);
  // An edit that GitHub tells of and doesn't list is one whose text nobody knows.
  const least = issue.lastEditedAt === null ? 0 : 1;
  return {
    url: issue.url,
    isOwn: issue.viewerDidAuthor,
    history: {
      edits: Math.max(edits?.totalCount ?? 0, texts.length, least),
      texts,
      incidents: timeline.nodes.length + (timeline.pageInfo.hasNextPage ? 1 : 0),
      happened: timeline.nodes.map(incidentOf),
    },
  };
}

function incidentOf(node: z.infer<typeof incident>): History["happened"][number] {
  switch (node.__typename) {
    case "ClosedEvent":
      return { kind: "closed" };
    case "RenamedTitleEvent":
      return { kind: "renamed" };
    case "CommentDeletedEvent":
      return { kind: "commentDeleted", author: node.deletedCommentAuthor?.login ?? null, at: node.createdAt };
  }
}
