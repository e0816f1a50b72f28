import { randomUUID } from "node:crypto";
import { sql, type Transaction } from "kysely";
import { LedgerError } from "../../model/errors.ts";
import type { LedgerSettings } from "../../model/settings/environment.ts";
import type { ResolveSecret } from "../secrets.ts";
import { openStore } from "./open.ts";
import { attempt, type Store } from "./store.ts";
import { createTables, schemaVersion, type Tables } from "./tables.ts";

/**
 * Makes an empty ledger and draws its id: the only way in which one comes into being, beside a restore.
 *
 * @param at now, ISO 8601 in UTC
 * @returns the new ledger's id
 * @throws LedgerError when there is one already
 */
export async function initLedger(settings: LedgerSettings, at: string, resolve: ResolveSecret): Promise<string> {
  const store = await openStore(settings, "create", resolve);
  try {
    const id = randomUUID();
    await attempt(store, "make", async () => {
      if (await hasLedger(store)) throw exists(store);
      try {
        await store.db.transaction().execute((transaction) => create(store, transaction, id, at));
      } catch (error) {
        // Two at once: the tables that the other one made stand in the way.
        throw (await hasLedger(store)) ? exists(store) : error;
      }
    });
    return id;
  } finally {
    await store.db.destroy();
  }
}

export async function hasLedger(store: Store): Promise<boolean> {
  try {
    await store.db.selectFrom("sluice_meta").select("id").execute();
    return true;
  } catch (error) {
    if (store.trouble(error) === "noTables") return false;
    throw error;
  }
}

export async function create(store: Store, transaction: Transaction<Tables>, id: string, at: string): Promise<void> {
  for (const statement of createTables[store.kind]) await sql.raw(statement).execute(transaction);
  await transaction
    .insertInto("sluice_meta")
    .values({ single: 1, id, schema_version: schemaVersion, created_at: at })
    .execute();
}

export function exists(store: Store): LedgerError {
  return new LedgerError(`There is a ledger in ${store.where} already; nothing was changed`);
}
