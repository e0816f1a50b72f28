import { InputError, UnknownError } from "../model/errors.ts";
import { type GroupEnd, runInGroup } from "./process-group.ts";

/** A git repository on this machine, from which is only read: nothing of it is run, and nothing in it is changed. */
export interface Repository {
  /** Full hash of the commit that a tag, branch or hash names; null when there is none. */
  commitOf(ref: string): Promise<string | null>;
  /** Text of a file at a commit; null when there is none. */
  read(commit: string, path: string): Promise<string | null>;
  isAncestor(older: string, newer: string): Promise<boolean>;
  /** Commits that the newer one has and the older one hasn't, newest first. */
  commitsBetween(older: string, newer: string): Promise<readonly { readonly hash: string; readonly message: string }[]>;
  /** Files that the newer one has and the older one hasn't. */
  addedBetween(older: string, newer: string): Promise<readonly string[]>;
  /** Files that the older one has and the newer one changed or removed. */
  touchedBetween(older: string, newer: string): Promise<readonly Touched[]>;
}

export interface Touched {
  readonly path: string;
  readonly how: "changed" | "removed";
}

const timeoutMs = 60_000;

/**
 * git without what a repository's own configuration could make it run or fetch. Only plumbing is used: it knows neither
 * filters nor signatures nor pagers.
 */
const environment = {
  GIT_OPTIONAL_LOCKS: "0",
  GIT_TERMINAL_PROMPT: "0",
  GIT_NO_LAZY_FETCH: "1",
  GIT_NO_REPLACE_OBJECTS: "1",
  GIT_LITERAL_PATHSPECS: "1",
  LC_ALL: "C",
};

const diffing = ["-r", "-z", "--no-renames", "--no-ext-diff", "--no-textconv"];

/** @throws InputError when the folder is no repository, or one without its whole history */
export async function openRepository(folder: string): Promise<Repository> {
  const git = (...args: readonly string[]) => run(folder, args);
  const shallow = await git("rev-parse", "--is-shallow-repository");
  if (shallow.exitCode !== 0) throw wrong(`expected a git repository in ${folder}: ${lineOf(shallow)}`);
  if (shallow.stdout.trim() === "true") {
    throw wrong(`expected the whole history in ${folder}, found a shallow clone: git fetch --unshallow --tags`);
  }
  return {
    async commitOf(ref) {
      const found = await git("rev-parse", "--verify", "--quiet", "--end-of-options", `${ref}^{commit}`);
      return found.exitCode === 0 ? found.stdout.trim() : null;
    },
    async read(commit, path) {
      const found = await git("ls-tree", "-z", "--full-tree", commit, "--", path);
      const blob = /^100\d{3} blob ([0-9a-f]+)\t/.exec(ok(found).stdout)?.[1];
      return blob === undefined ? null : ok(await git("cat-file", "blob", blob)).stdout;
    },
    async isAncestor(older, newer) {
      const found = await git("merge-base", "--is-ancestor", older, newer);
      return found.exitCode === 1 ? false : ok(found).exitCode === 0;
    },
    async commitsBetween(older, newer) {
      const format = "--format=%H%n%B%x00";
      const { stdout } = ok(await git("rev-list", "--no-commit-header", format, newer, `^${older}`));
      return stdout
        .split("\0")
        .map((entry) => entry.replace(/^\n/, ""))
        .filter((entry) => entry !== "")
        .map((entry) => {
          const end = entry.indexOf("\n");
          return { hash: entry.slice(0, end), message: entry.slice(end + 1) };
        });
    },
    async addedBetween(older, newer) {
      const { stdout } = ok(await git("diff-tree", ...diffing, "--diff-filter=A", "--name-only", older, newer));
      return stdout.split("\0").filter((path) => path !== "");
    },
    async touchedBetween(older, newer) {
      const { stdout } = ok(await git("diff-tree", ...diffing, "--diff-filter=a", "--name-status", older, newer));
      const parts = stdout.split("\0");
      // Status and path in turn; what isn't gone is changed, whatever git calls it.
      return parts.flatMap((path, index): readonly Touched[] =>
        index % 2 === 0 ? [] : [{ path, how: parts[index - 1] === "D" ? "removed" : "changed" }],
      );
    },
  };
}

async function run(folder: string, args: readonly string[]): Promise<GroupEnd> {
  const ran = await runInGroup(["git", "-C", folder, "-c", "core.fsmonitor=false", ...args], {
    environment,
    timeoutMs,
    graceMs: 1_000,
  });
  if (ran.trouble !== null) throw new UnknownError(`git ${args[0] ?? ""}: ${ran.message || ran.trouble}`);
  return ran;
}

/** @throws UnknownError when git failed: no answer is not an empty one */
function ok(ran: GroupEnd): GroupEnd {
  if (ran.exitCode === 0) return ran;
  throw new UnknownError(`git failed: ${lineOf(ran)}`);
}

function lineOf({ stderr }: GroupEnd): string {
  return stderr.trim().split("\n").at(-1) ?? "";
}

function wrong(message: string): InputError {
  return new InputError("This can't be compared:", [{ key: "--repository", message }]);
}
