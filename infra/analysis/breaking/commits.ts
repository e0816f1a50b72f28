import { CommitParser } from "conventional-commits-parser";
import type { BreakingFinding } from "../../model/breaking.ts";
import type { Commit } from "./facts.ts";
import { words } from "./words.ts";

/** By conventionalcommits.org 1.0.0: a `!` before the colon, or a footer. Types may have dashes: `feat-api!: ...`. */
const parser = new CommitParser({
  headerPattern: /^([\w-]*)(?:\((.*)\))?!?: (.*)$/,
  breakingHeaderPattern: /^([\w-]*)(?:\((.*)\))?!: (.*)$/,
  headerCorrespondence: ["type", "scope", "subject"],
  noteKeywords: ["BREAKING CHANGE", "BREAKING-CHANGE"],
});

/** A commit within the text of one that it was squashed into: in a list, or indented as git itself does. */
const squashed = [
  /^(?:\s*[*-]\s+|\s+)([\w-]+(?:\([^)]*\))?!: .+)$/,
  // The parser knows footers behind a star.
  /^\s*-\s+(BREAKING[ -]CHANGE: .+)$/,
];

/** Commits that say of themselves that they break something. */
export function commitFindings(commits: readonly Commit[]): readonly BreakingFinding[] {
  return commits.flatMap(({ hash, message }) => {
    if (message.trim() === "") return [];
    const { notes, header } = parser.parse(message);
    const own = notes.map(({ text }) => (text === header || header === null ? text : `${header}: ${text}`));
    const within = message.split("\n").flatMap((line) => squashed.flatMap((one) => one.exec(line)?.[1] ?? []));
    return [...own, ...within].map((what) => ({
      kind: "commit" as const,
      id: "breaking-commit",
      severity: "breaking" as const,
      where: hash.slice(0, 12),
      what: words(what),
    }));
  });
}
