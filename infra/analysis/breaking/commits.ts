import { CommitParser } from "conventional-commits-parser";
import type { BreakingFinding } from "../../model/breaking.ts";
import type { Commit } from "./facts.ts";
import { words } from "./words.ts";

/** By conventionalcommits.org 1.0.0: a `!` before the colon, or a footer. */
const parser = new CommitParser({
  headerPattern: /^(\w*)(?:\((.*)\))?!?: (.*)$/,
  breakingHeaderPattern: /^(\w*)(?:\((.*)\))?!: (.*)$/,
  headerCorrespondence: ["type", "scope", "subject"],
  noteKeywords: ["BREAKING CHANGE", "BREAKING-CHANGE"],
});

/** Commits that say of themselves that they break something. */
export function commitFindings(commits: readonly Commit[]): readonly BreakingFinding[] {
  return commits.flatMap(({ hash, message }) => {
    if (message.trim() === "") return [];
    const { notes, header } = parser.parse(message);
    return notes.map(({ text }) => ({
      kind: "commit" as const,
      id: "breaking-commit",
      severity: "breaking" as const,
      where: hash.slice(0, 12),
      what: words(text === header || header === null ? text : `${header}: ${text}`),
    }));
  });
}
