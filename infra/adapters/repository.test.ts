import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openRepository } from "./repository.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sluice-repository-"));
  git("init", "--quiet");
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function git(...args: readonly string[]): string {
  const identity = ["-c", "user.name=alice", "-c", "user.email=alice@example.com", "-c", "commit.gpgsign=false"];
  return execFileSync("git", ["-C", folder, ...identity, ...args], { encoding: "utf8" }).trim();
}

function commit(files: Readonly<Record<string, string>>): string {
  for (const [path, text] of Object.entries(files)) writeFileSync(join(folder, path), text);
  git("add", "--all");
  git("commit", "--quiet", "--message", "change");
  return git("rev-parse", "HEAD");
}

describe("a repository", () => {
  it("tells which files are new, and which were changed or removed", async () => {
    const older = commit({ same: "1", changed: "1", gone: "1", "old name": "a long text that stays the same" });
    git("mv", "old name", "new name");
    git("rm", "--quiet", "gone");
    const newer = commit({ changed: "2", added: "1" });
    const repository = await openRepository(folder);
    expect(await repository.addedBetween(older, newer)).toEqual(["added", "new name"]);
    expect(await repository.touchedBetween(older, newer)).toEqual([
      { path: "changed", how: "changed" },
      { path: "gone", how: "removed" },
      { path: "old name", how: "removed" },
    ]);
    expect(await repository.touchedBetween(older, older)).toEqual([]);
  });
});
