import type { Asked } from "../signed/approval.ts";
import { answerIn } from "./answer-in.ts";
import { misfitsOf } from "./fits.ts";
import type { Comment, KnownRequest } from "./source.ts";

/** What one person said of a release. */
export interface Spoken {
  readonly by: string;
  readonly answer: "approve" | "reject";
  readonly reason: string;
  /** ISO 8601. */
  readonly at: string;
  /** Hash of the report of breaking changes that they have seen. */
  readonly acknowledges?: string | undefined;
}

/** From then on nobody knows what somebody had said before. */
export interface Withdrawn {
  /** null: anybody. */
  readonly by: string | null;
  /** ISO 8601. */
  readonly at: string;
}

/** Why a request's approvals don't count; null when they do. Ticking its boxes changes nothing that was asked. */
export function voidBecause(source: KnownRequest, asked: Asked): string | null {
  const { request, isOpen, isOwn, title, body } = source;
  if (request.isUsed) return `${request.url} was for an earlier rollout`;
  if (!isOpen) return `${request.url} is closed`;
  if (!isOwn) return `${request.url} was opened by another account than the one that asks now`;
  if (title !== request.title || unticked(body) !== unticked(request.body)) {
    return `${request.url} was edited after it was opened`;
  }
  const other = misfitsOf(body, asked, request.by);
  if (other.length > 0)
    return `${request.url} is about something else: its text has another ${other.join(", another ")}`;
  return changedSince(source);
}

/** What it is now says nothing of what it was when people agreed. */
function changedSince({ request, history }: KnownRequest): string | null {
  const { edits, texts, incidents, happened } = history;
  if (happened.some(({ kind }) => kind === "closed")) return `${request.url} was closed for a while`;
  if (happened.some(({ kind }) => kind === "renamed") || texts.some((text) => !isSameText(text, request.body))) {
    return `${request.url} was edited for a while`;
  }
  if (texts.length === edits && happened.length === incidents) return null;
  return `${request.url} has more of a history than can be read`;
}

function isSameText(text: string | null, body: string): boolean {
  return text !== null && unticked(text) === unticked(body);
}

function unticked(body: string): string {
  return body
    .replaceAll(/\r\n?/g, "\n")
    .replaceAll(/^(\s*[-*] )\[[xX]\] /gm, "$1[ ] ")
    .trim();
}

/**
 * What those who may said, oldest first. An edited comment may have been put into its author's mouth: it approves
 * nothing. A rejection counts all the same, also on a request that is closed or was edited itself.
 */
export function answersOn(source: KnownRequest, users: readonly string[], asked: Asked): readonly Spoken[] {
  const isVoid = voidBecause(source, asked) !== null;
  return commentsOf(source, users).flatMap((comment): readonly Spoken[] => {
    const { author: by, body, createdAt, updatedAt } = comment;
    const said = answerIn(body);
    if (said?.answer === "reject") return [{ ...said, by, at: updatedAt }];
    if (!said || isVoid || isEdited(comment)) return [];
    const seen = said.isForBreaking ? { acknowledges: source.request.breaking ?? undefined } : {};
    return [{ answer: said.answer, reason: "", ...seen, by, at: createdAt }];
  });
}

/** Where a comment that may have been a rejection can't be read any more: it was edited or deleted. */
export function withdrawnOn(source: KnownRequest, users: readonly string[]): readonly Withdrawn[] {
  const edited = commentsOf(source, users).filter(isEdited);
  return [
    ...edited.map(({ author, updatedAt }) => ({ by: author, at: updatedAt })),
    ...source.history.happened.flatMap((one) =>
      one.kind === "commentDeleted" ? [{ by: one.author, at: one.at }] : [],
    ),
  ];
}

function commentsOf({ comments }: KnownRequest, users: readonly string[]): readonly Comment[] {
  const may = new Set(users.map((user) => user.toLowerCase()));
  return comments.filter(({ author, isPerson, isMember }) => isPerson && (isMember || may.has(author.toLowerCase())));
}

function isEdited({ createdAt, updatedAt }: Comment): boolean {
  return createdAt !== updatedAt;
}
