import type { BreakingFinding } from "../../model/breaking.ts";
import type { Contract } from "../../model/contract.ts";
import type { Migration, TouchedMigration } from "./facts.ts";

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

/** A file that was there before, and isn't as it was. */
export interface Touched {
  readonly path: string;
  readonly how: "changed" | "removed";
}

/** Those of the files that were touched that are migrations, or undo some, by the contract of then or of now. */
export function migrationsTouched(
  touched: readonly Touched[],
  contracts: readonly Contract[],
): readonly TouchedMigration[] {
  const meant = contracts.flatMap(({ migrations }) => migrations ?? []);
  const roleOf = (path: string): TouchedMigration["role"] | null => {
    if (meant.some(({ undo }) => undo !== undefined && behindStar(path, undo) !== null)) return "undo";
    return meant.some(({ files }) => behindStar(path, files) !== null) ? "migration" : null;
  };
  return touched.flatMap((one) => {
    const role = roleOf(one.path);
    return role === null ? [] : [{ ...one, role }];
  });
}

/** What a pattern's `*` stands for in a path; null where they don't match. */
function behindStar(path: string, pattern: string): string | null {
  const [begin = "", end = ""] = pattern.split("*");
  const fits = path.length >= begin.length + end.length && path.startsWith(begin) && path.endsWith(end);
  const name = fits ? path.slice(begin.length, path.length - end.length) : "/";
  return name.includes("/") ? null : name;
}

/** New migrations after which the older release can't be gone back to, and older ones that aren't what ran before. */
export function migrationFindings(
  migrations: readonly Migration[],
  touched: readonly TouchedMigration[],
): readonly BreakingFinding[] {
  const added = migrations.flatMap(({ path, text, undo }) => [
    ...(text.includes(irreversible) ? [finding(path, "irreversible", "it says that nothing undoes it")] : []),
    ...withoutUndo(path, undo),
  ]);
  return [...added, ...touched.map(touchedFinding)];
}

function withoutUndo(path: string, undo: Migration["undo"]): readonly BreakingFinding[] {
  if (undo?.exists) return [];
  const what = undo
    ? `there is no ${undo.path} to undo it`
    : "the contract names nothing that undoes it (migrations.undo)";
  return [finding(path, "undo-missing", what)];
}

function touchedFinding({ path, how, role }: TouchedMigration): BreakingFinding {
  const id = how === "changed" ? `${role}-changed` : `${role}-removed`;
  const what = role === "undo" ? "what undoes an older migration" : "an older migration, which ran as it was,";
  return finding(path, id, `${what} was ${how}`);
}

function finding(where: string, id: string, what: string): BreakingFinding {
  return { kind: "migration", id, severity: "breaking", where, what };
}
