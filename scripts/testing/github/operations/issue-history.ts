import { type Asking, graphqlFailure } from "../graphql.ts";
import type { Issue, Repository } from "../world.ts";

/** A repository's issues as GitHub's GraphQL shows them: with what they were before. */
export function issuesShown({ issues }: Repository, name: string, { actor, pages }: Asking): object {
  return {
    issue: ({ number }: { readonly number: number }) => {
      const found = issues.get(number);
      if (found === undefined) {
        throw graphqlFailure("NOT_FOUND", `Could not resolve to an Issue with the number of ${number}.`);
      }
      return shown(found, `${pages}/${name}/issues/${number}`, actor);
    },
  };
}

interface Page {
  readonly first?: number;
  readonly itemTypes?: readonly string[];
}

const types = {
  closed: ["CLOSED_EVENT", "ClosedEvent"],
  renamed: ["RENAMED_TITLE_EVENT", "RenamedTitleEvent"],
  commentDeleted: ["COMMENT_DELETED_EVENT", "CommentDeletedEvent"],
} as const;

function shown({ number, author, edits, events }: Issue, url: string, actor: string): object {
  return {
    number,
    url,
    viewerDidAuthor: author === actor,
    lastEditedAt: edits.at(-1)?.at ?? null,
    // The newest first, as GitHub has them.
    userContentEdits: ({ first = 100 }: Page) =>
      pageOf(
        edits.toReversed().map(({ text }) => ({ diff: text })),
        first,
      ),
    timelineItems: ({ first = 100, itemTypes }: Page) => {
      const wanted = events.filter(({ kind }) => itemTypes?.includes(types[kind][0]) ?? true);
      return pageOf(
        wanted.map(({ kind, at, author: by }) => ({
          __typename: types[kind][1],
          createdAt: at,
          deletedCommentAuthor: by === null ? null : { __typename: "User", login: by },
        })),
        first,
      );
    },
  };
}

function pageOf(nodes: readonly object[], first: number): object {
  return {
    totalCount: nodes.length,
    nodes: nodes.slice(0, first),
    pageInfo: { hasNextPage: nodes.length > first, hasPreviousPage: false },
  };
}
