import type { RequestSource } from "./source.ts";

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

/** A line of its own: `/approve`, `/reject the report is wrong`. */
const command = /^\/(approve|reject)(?:[ \t]+(.*))?$/i;
const fence = /^ {0,3}(```|~~~)/;

/** The last answer in a comment; null when there is none. What is quoted, or in a block of code, is nobody's answer. */
export function answerIn(body: string): Pick<Spoken, "answer" | "reason"> | null {
  let found: Pick<Spoken, "answer" | "reason"> | null = null;
  let inCode = false;
  for (const line of body.split(/\r\n|\r|\n/)) {
    if (fence.test(line)) inCode = !inCode;
    const match = inCode ? null : command.exec(line.trimEnd());
    if (match) {
      found = { answer: match[1]?.toLowerCase() === "approve" ? "approve" : "reject", reason: match[2]?.trim() ?? "" };
    }
  }
  return found;
}

/** Why a request's approvals don't count; null when they do. Ticking its boxes changes nothing that was asked. */
export function voidBecause(source: Extract<RequestSource, { kind: "known" }>): string | null {
  const { request, isOpen, title, body } = source;
  if (isOpen !== true) return `${request.url} is closed`;
  if (title !== request.title || unticked(body) !== unticked(request.body)) {
    return `${request.url} was edited after it was opened`;
  }
  return null;
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
export function answersOn(
  source: Extract<RequestSource, { kind: "known" }>,
  users: readonly string[],
): readonly Spoken[] {
  const isVoid = voidBecause(source) !== null;
  const may = new Set(users.map((user) => user.toLowerCase()));
  return source.comments.flatMap(({ author, isPerson, isMember, body, createdAt, updatedAt }) => {
    if (isPerson !== true || !(isMember === true || may.has(author.toLowerCase()))) return [];
    const said = answerIn(body);
    if (!said) return [];
    if (said.answer === "approve" && (isVoid || createdAt !== updatedAt)) return [];
    const seen = /^breaking\b/i.test(said.reason) ? { acknowledges: source.request.breaking ?? undefined } : {};
    return [{ ...said, ...seen, by: author, at: createdAt }];
  });
}
