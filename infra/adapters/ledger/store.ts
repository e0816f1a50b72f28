import type { Kysely } from "kysely";
import type { StoredEntry } from "../../ledger/chain.ts";
import { ConflictError, InputError, LedgerError, RefusedError, UnknownError } from "../../model/errors.ts";
import type { Tables } from "./tables.ts";

/** What an error of a database means to the ledger. */
export type Trouble = "noTables" | "broken" | "other";

/** A database that may hold a ledger. */
export interface Store {
  readonly kind: "sqlite" | "postgres";
  /** How messages call it: a path, or host, port and database; never a password. */
  readonly where: string;
  readonly db: Kysely<Tables>;
  readonly trouble: (error: unknown) => Trouble;
  /** What the database's own check of its files finds wrong, in its words; null when it finds nothing. */
  readonly damage: () => Promise<string | null>;
}

/** Runs a query; a database's error becomes one that says what to do. */
export async function attempt<T>(store: Store, doing: string, query: () => Promise<T>): Promise<T> {
  try {
    return await query();
  } catch (error) {
    throw translate(store, doing, error);
  }
}

function translate(store: Store, doing: string, error: unknown): Error {
  if (isOurs(error)) return error;
  const reason = error instanceof Error ? error.message || error.name : String(error);
  switch (store.trouble(error)) {
    case "noTables":
      return noLedger(store.where, { cause: error });
    case "broken":
      return damaged(store.where, reason, { cause: error });
    case "other":
      return new UnknownError(`Could not ${doing} the ledger in ${store.where}: ${reason}`, { cause: error });
  }
}

export function damaged(where: string, reason: string, options?: ErrorOptions): LedgerError {
  const remedy = "restore a backup into a new place with `sluice ledger restore`";
  return new LedgerError(`The ledger in ${where} is damaged (${reason}): ${remedy}`, options);
}

export function noLedger(where: string, options?: ErrorOptions): LedgerError {
  return new LedgerError(
    `There is no ledger in ${where}: make one with \`sluice ledger init\`, or name the right place in the settings`,
    options,
  );
}

function isOurs(error: unknown): error is Error {
  return [ConflictError, InputError, LedgerError, RefusedError, UnknownError].some((known) => error instanceof known);
}

type Row = Tables["sluice_entries"];

export function fromRow({ previous_hash, ...row }: Row): StoredEntry {
  return { ...row, previousHash: previous_hash };
}

export function toRow({ previousHash, ...entry }: StoredEntry): Row {
  return { ...entry, previous_hash: previousHash };
}
