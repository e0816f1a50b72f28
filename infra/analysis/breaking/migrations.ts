import type { BreakingFinding } from "../../model/breaking.ts";
import type { Contract } from "../../model/contract.ts";
import type { Migration } from "./facts.ts";

/** By this a migration says of itself, anywhere in its text, that nothing undoes it. */
export const irreversible = "sluice:irreversible";

/** A migration among a repository's new files, with what is to undo it. */
export interface MigrationPath {
  readonly path: string;
  readonly undo: string | null;
}

/** Those of the new files that are migrations by the contract. */
export function migrationsAmong(added: readonly string[], { migrations }: Contract): readonly MigrationPath[] {
  if (migrations === undefined) return [];
  const { files, undo } = migrations;
  return added.flatMap((path) => {
    if (undo !== undefined && behindStar(path, undo) !== null) return [];
    const name = behindStar(path, files);
    // A function, so that no "$&" in a file's name means anything.
    return name === null ? [] : [{ path, undo: undo?.replace("*", () => name) ?? null }];
  });
}

/** What a pattern's `*` stands for in a path; null where they don't match. */
function behindStar(path: string, pattern: string): string | null {
  const [begin = "", end = ""] = pattern.split("*");
  const fits = path.length >= begin.length + end.length && path.startsWith(begin) && path.endsWith(end);
  const name = fits ? path.slice(begin.length, path.length - end.length) : "/";
  return name.includes("/") ? null : name;
}

/** New migrations after which the older release can't be gone back to. */
export function migrationFindings(migrations: readonly Migration[]): readonly BreakingFinding[] {
  return migrations.flatMap(({ path, text, undo }) => [
    ...(text.includes(irreversible) ? [finding(path, "irreversible", "it says that nothing undoes it")] : []),
    ...(undo && !undo.exists ? [finding(path, "undo-missing", `there is no ${undo.path} to undo it`)] : []),
  ]);
}

function finding(where: string, id: string, what: string): BreakingFinding {
  return { kind: "migration", id, severity: "breaking", where, what };
}
