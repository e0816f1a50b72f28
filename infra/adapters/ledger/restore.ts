import { readFile } from "node:fs/promises";
import { sql, type Transaction } from "kysely";
import { InputError, LedgerError } from "../../model/errors.ts";
import type { LedgerSettings } from "../../model/settings/environment.ts";
import { expandHome, type ResolveSecret } from "../secrets.ts";
import { readDump, type Dump } from "./dump.ts";
import { create, hasLedger } from "./init.ts";
import { openStore } from "./open.ts";
import { attempt, toRow, type Store } from "./store.ts";
import type { Tables } from "./tables.ts";
import { describeProblems, readEntries, verifyStreams } from "./verify.ts";

/** PostgreSQL takes 65,535 parameters in a statement, SQLite 32,766; a row has 8. */
const rowsAtOnce = 1_000;

/**
 * Makes a ledger from a backup, with the backup's id, where there is none or an empty one: whole or not at all.
 *
 * @returns id and number of entries
 * @throws LedgerError when the backup is torn or its chain is broken, or the ledger there holds entries
 */
export async function restoreLedger(
  settings: LedgerSettings,
  file: string,
  resolve: ResolveSecret,
): Promise<{ id: string; entries: number }> {
  const dump = readDump(await readBackup(expandHome(file)));
  const problems = describeProblems(verifyStreams(dump.entries));
  if (problems) throw new LedgerError(`The backup can't be used, its chain is broken: ${problems}`);
  const store = await openStore(settings, "create", resolve);
  try {
    await attempt(store, "restore", async () => {
      const present = await hasLedger(store);
      await store.db.transaction().execute(async (transaction) => {
        if (present) await dropEmpty(store, transaction);
        await fill(store, transaction, dump);
      });
    });
    return { id: dump.id, entries: dump.entries.length };
  } finally {
    await store.db.destroy();
  }
}

async function readBackup(path: string): Promise<string> {
  return await readFile(path, "utf8").catch((error: unknown) => {
    const message = `expected a readable file, and ${path} is none (${(error as NodeJS.ErrnoException).code ?? "error"})`;
    throw new InputError("Nothing was restored:", [{ key: "file", message }]);
  });
}

async function dropEmpty(store: Store, transaction: Transaction<Tables>): Promise<void> {
  // Dropping the first table locks all of SQLite's file; PostgreSQL is told to let no append in before the second.
  if (store.kind === "postgres") await sql`lock table sluice_entries in access exclusive mode`.execute(transaction);
  await sql`drop table sluice_meta`.execute(transaction);
  const entry = await transaction.selectFrom("sluice_entries").select("stream").limit(1).executeTakeFirst();
  if (entry) throw new LedgerError(`The ledger in ${store.where} holds entries; a backup never replaces them`);
  await sql`drop table sluice_entries`.execute(transaction);
}

async function fill(store: Store, transaction: Transaction<Tables>, dump: Dump): Promise<void> {
  await create(store, transaction, dump.id, dump.createdAt);
  for (let at = 0; at < dump.entries.length; at += rowsAtOnce) {
    const rows = dump.entries.slice(at, at + rowsAtOnce).map(toRow);
    await transaction.insertInto("sluice_entries").values(rows).execute();
  }
  const stored = verifyStreams(await readEntries(transaction));
  const problems = describeProblems(stored);
  if (problems) throw new LedgerError(`The restored ledger would be broken, so nothing was restored: ${problems}`);
  if (JSON.stringify(stored) !== JSON.stringify(verifyStreams(dump.entries))) {
    throw new LedgerError("The restored ledger would not be the one in the backup, so nothing was restored");
  }
}
