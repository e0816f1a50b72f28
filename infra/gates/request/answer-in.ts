/** What a comment says to the request above it. */
export type Said =
  | { readonly answer: "approve"; readonly isForBreaking: boolean }
  | { readonly answer: "reject"; readonly reason: string };

/** A whole line, to the letter: whoever adds a condition doesn't agree yet. */
const approval = /^\/approve( breaking)?\s*$/;
/** However it goes on, it is meant. */
const rejection = /^ {0,3}\/reject(?![\p{L}\p{N}_-])(.*)$/iu;

/** The last answer in a comment; null when there is none. What is quoted, code or a comment of HTML is nobody's answer. */
export function answerIn(body: string): Said | null {
  const lines = body.split(/\r\n|\r|\n/);
  const agreeing = visible(lines, "surely");
  const against = visible(lines, "perhaps");
  for (let index = lines.length - 1; index >= 0; index--) {
    const line = lines[index] ?? "";
    const rejected = against.has(index) ? rejection.exec(line) : null;
    if (rejected) return { answer: "reject", reason: (rejected[1] ?? "").replace(/^[\s\p{P}]+/u, "").trim() };
    const approved = agreeing.has(index) ? approval.exec(line) : null;
    if (approved) return { answer: "approve", isForBreaking: approved[1] !== undefined };
  }
  return null;
}

/** A block of code: its fence, how far in it begins, and whether a list begins with it. */
interface Fence {
  readonly mark: string;
  readonly indent: number;
  readonly isInList: boolean;
}

type Place = { readonly kind: "text" } | { readonly kind: "comment" } | ({ readonly kind: "code" } & Fence);

const text: Place = { kind: "text" };

/**
 * Lines that readers see as text. Where Markdown leaves a doubt, they are those that are seen `surely`, for what lets a
 * release in, or `perhaps`, for what keeps it out.
 */
function visible(lines: readonly string[], how: "surely" | "perhaps"): ReadonlySet<number> {
  const found = new Set<number>();
  let place = text;
  for (const [index, line] of lines.entries()) {
    if (place.kind === "code" && isLeft(place, line, how)) place = text;
    if (place.kind === "code") {
      if (closes(place, line)) place = text;
    } else if (place.kind === "comment") {
      if (how === "surely" ? !isCommentOpen(line, true) : line.includes("-->")) place = text;
    } else {
      place = opened(line, how, lines.slice(index + 1));
      if (place.kind === "text") found.add(index);
    }
  }
  return found;
}

/** What begins in a line of text. */
function opened(line: string, how: "surely" | "perhaps", rest: readonly string[]): Place {
  const fence = fenceIn(line);
  if (fence) return { kind: "code", ...fence };
  const isComment = how === "surely" ? isCommentOpen(line, false) : isCommentSurely(line, rest);
  return isComment ? { kind: "comment" } : text;
}

/** Its info string has no backtick: such a line is text with code in it. */
const opening = /^( {0,3}(?:(?:[-*+]|\d{1,9}[.)]) +)*)(`{3,}(?=[^`]*$)|~{3,})/;

function fenceIn(line: string): Fence | null {
  const [, before = "", mark] = opening.exec(line) ?? [];
  if (mark === undefined) return null;
  return { mark, indent: before.length, isInList: before.trim() !== "" };
}

function closes({ mark }: Fence, line: string): boolean {
  const closing = line.trim();
  return (
    closing.length >= mark.length && closing === mark.slice(0, 1).repeat(closing.length) && !/^(?: {4}|\t)/.test(line)
  );
}

/** Whether the list is over that the block is in. What isn't known to begin a list may be within one nevertheless. */
function isLeft({ indent, isInList }: Fence, line: string, how: "surely" | "perhaps"): boolean {
  if (line.trim() === "" || !(isInList || how === "perhaps")) return false;
  return line.length - line.trimStart().length < indent;
}

/** Whether a comment is still open at the line's end. */
function isCommentOpen(line: string, before: boolean): boolean {
  const [open, close] = [line.lastIndexOf("<!--"), line.lastIndexOf("-->")];
  return open < 0 && close < 0 ? before : open > close;
}

/** Whether just a comment can begin here: a block of its own, or one that ends in its paragraph and isn't in code. */
function isCommentSurely(line: string, rest: readonly string[]): boolean {
  if (!isCommentOpen(line, false)) return false;
  if (/^ {0,3}<!--/.test(line)) return !line.includes("-->");
  if (line.slice(0, line.lastIndexOf("<!--")).includes("`")) return false;
  const end = rest.findIndex((one) => one.includes("-->"));
  return end >= 0 && rest.slice(0, end + 1).every((one) => one.trim() !== "");
}
