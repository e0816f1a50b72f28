import { existsSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";
import type * as sqlite from "node:sqlite";
import { pathToFileURL } from "node:url";
import { Kysely, sql, SqliteDialect, type SqliteDatabase } from "kysely";
import { expandHome } from "../secrets.ts";
import { noLedger, type Store, type Trouble } from "./store.ts";
import type { Tables } from "./tables.ts";

const busyMilliseconds = 5_000;

/**
 * Opens a ledger's file. `create` makes it and its folder; the others never create a ledger, though SQLite keeps its
 * `-wal` and `-shm` beside the file while it is open.
 */
export function sqliteStore(file: string, mode: "create" | "write" | "read"): Store {
  const path = expandHome(file);
  if (mode === "create") mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  else if (!existsSync(path)) throw noLedger(path);
  // Opened only when the first query needs it, so that a failure is a failed query like any other.
  const database = () => Promise.resolve(shim(open(path, mode)));
  const db = new Kysely<Tables>({ dialect: new SqliteDialect({ database }) });
  return { kind: "sqlite", where: path, db, trouble, damage: () => damage(db) };
}

function open(path: string, mode: "create" | "write" | "read"): sqlite.DatabaseSync {
  const url = pathToFileURL(path);
  url.searchParams.set("mode", { create: "rwc", write: "rw", read: "ro" }[mode]);
  const { DatabaseSync } = quietSqlite();
  const database = new DatabaseSync(url, { readOnly: mode === "read", timeout: busyMilliseconds });
  // Write-ahead log: readers and the one writer don't wait for each other. Full: an appended entry outlives a power cut.
  if (mode === "create") database.exec("pragma journal_mode = wal");
  if (mode !== "read") database.exec("pragma synchronous = full");
  return database;
}

/** node:sqlite without its warning of being experimental in Node 24, which would stand in every command's output. */
function quietSqlite(): typeof sqlite {
  const warn = process.emitWarning.bind(process);
  process.emitWarning = () => undefined;
  try {
    return process.getBuiltinModule("node:sqlite");
  } finally {
    process.emitWarning = warn;
  }
}

/** The part of better-sqlite3's interface that Kysely calls, over node:sqlite. */
function shim(database: sqlite.DatabaseSync): SqliteDatabase {
  return {
    close: () => {
      database.close();
    },
    prepare: (sql) => {
      const statement = database.prepare(sql);
      const inputs = (parameters: readonly unknown[]) => parameters as sqlite.SQLInputValue[];
      return {
        reader: statement.columns().length > 0,
        all: (parameters) => statement.all(...inputs(parameters)),
        run: (parameters) => statement.run(...inputs(parameters)),
        iterate: (parameters) => statement.iterate(...inputs(parameters)),
      };
    },
  };
}

/** A file cut off within its last page still opens. */
async function damage(db: Kysely<Tables>): Promise<string | null> {
  const { rows } = await sql<{ integrity_check: string }>`pragma integrity_check(1)`.execute(db);
  const found = rows[0]?.integrity_check ?? "no answer";
  return found === "ok" ? null : found;
}

// Primary result codes: https://sqlite.org/rescode.html
const corrupt = 11;
const notADatabase = 26;

function trouble(error: unknown): Trouble {
  if (!(error instanceof Error) || !("errcode" in error)) return "other";
  const code = Number(error.errcode) & 0xff;
  if (code === corrupt || code === notADatabase) return "broken";
  return error.message.startsWith("no such table: sluice_") ? "noTables" : "other";
}
