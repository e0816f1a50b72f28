import { Kysely, PostgresDialect } from "kysely";
import pg from "pg";
import { InputError } from "../../model/errors.ts";
import type { Store, Trouble } from "./store.ts";
import type { Tables } from "./tables.ts";

const connectMilliseconds = 5_000;
const queryMilliseconds = 30_000;

/**
 * A ledger that a team shares. Connects with the first query; one that can't be had within 5 s, or an answer that takes
 * longer than 30 s, is an error: nothing is tried again unseen.
 *
 * @param url postgres://user:password@host:port/database
 */
export function postgresStore(url: string): Store {
  const where = placeOf(url);
  const pool = new pg.Pool({
    connectionString: url,
    max: 4,
    connectionTimeoutMillis: connectMilliseconds,
    query_timeout: queryMilliseconds,
    allowExitOnIdle: true,
    application_name: "sluice",
  });
  // An idle connection that the server closes isn't anybody's failed query; without a listener it would end the process.
  pool.on("error", () => undefined);
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  // The server checks its pages itself, when it has checksums.
  return { kind: "postgres", where, db, trouble, damage: () => Promise.resolve(null) };
}

/** Host, port and database of the URL: what a message may say of it. */
function placeOf(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || !["postgres:", "postgresql:"].includes(parsed.protocol)) {
    throw new InputError("Wrong settings:", [
      { key: "ledger.url", message: "expected postgres://user:password@host:port/database in this secret" },
    ]);
  }
  const host = parsed.searchParams.get("host") ?? parsed.hostname;
  return `PostgreSQL at ${host}:${parsed.port || "5432"}${parsed.pathname}`;
}

// https://www.postgresql.org/docs/current/errcodes-appendix.html
const undefinedTable = "42P01";
const damaged = ["XX001", "XX002"];

function trouble(error: unknown): Trouble {
  if (!(error instanceof Error) || !("code" in error)) return "other";
  if (error.code === undefinedTable) return "noTables";
  return damaged.includes(String(error.code)) ? "broken" : "other";
}
