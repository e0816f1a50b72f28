import { describe, expect, it } from "vitest";
import { migrationFindings, migrationsAmong, migrationsTouched } from "./migrations.ts";

const contract = { migrations: { files: "db/*.up.sql", undo: "db/*.down.sql" } };

describe("migrations", () => {
  it("are the new files that the contract means, each with what undoes it", () => {
    const added = ["db/1.up.sql", "db/1.down.sql", "db/sub/2.up.sql", "db/.up.sql", "up.sql", "db/$&.up.sql"];
    expect(migrationsAmong(added, contract)).toEqual([
      { path: "db/1.up.sql", undo: "db/1.down.sql" },
      { path: "db/.up.sql", undo: "db/.down.sql" },
      { path: "db/$&.up.sql", undo: "db/$&.down.sql" },
    ]);
    const flat = { migrations: { files: "db/*.sql", undo: "db/*.undo.sql" } };
    expect(migrationsAmong(["db/1.sql", "db/1.undo.sql"], flat)).toEqual([{ path: "db/1.sql", undo: "db/1.undo.sql" }]);
    expect(migrationsAmong(["db/1.sql"], { migrations: { files: "db/*.sql" } })).toEqual([
      { path: "db/1.sql", undo: null },
    ]);
    expect(migrationsAmong(added, {})).toEqual([]);
  });

  it("can't be undone without what undoes them, or when they say so", () => {
    const undo = { path: "db/1.down.sql", exists: true };
    const ids = (text: string, by: typeof undo | null) =>
      migrationFindings([{ path: "db/1.up.sql", text, undo: by }], []).map(({ id }) => id);
    expect(ids("create table a", undo)).toEqual([]);
    expect(ids("create table a", null)).toEqual(["undo-missing"]);
    expect(ids("drop table a", { ...undo, exists: false })).toEqual(["undo-missing"]);
    expect(ids("-- sluice:irreversible", undo)).toEqual(["irreversible"]);
  });
});

describe("migrations of before", () => {
  const touched = [
    { path: "db/1.up.sql", how: "changed" },
    { path: "db/1.down.sql", how: "removed" },
    { path: "old/1.sql", how: "removed" },
    { path: "src/a.ts", how: "changed" },
  ] as const;

  it("are told by the contract of then and of now", () => {
    const older = { migrations: { files: "old/*.sql" } };
    expect(migrationsTouched(touched, [older, contract])).toEqual([
      { path: "db/1.up.sql", how: "changed", role: "migration" },
      { path: "db/1.down.sql", how: "removed", role: "undo" },
      { path: "old/1.sql", how: "removed", role: "migration" },
    ]);
    expect(migrationsTouched(touched, [{}])).toEqual([]);
  });

  it("count when they aren't as they were", () => {
    expect(migrationFindings([], migrationsTouched(touched, [contract]))).toEqual([
      {
        kind: "migration",
        severity: "breaking",
        id: "migration-changed",
        where: "db/1.up.sql",
        what: "an older migration, which ran as it was, was changed",
      },
      {
        kind: "migration",
        severity: "breaking",
        id: "undo-removed",
        where: "db/1.down.sql",
        what: "what undoes an older migration was removed",
      },
    ]);
  });
});
