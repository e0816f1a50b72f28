import { link, open, rm } from "node:fs/promises";
import { InputError, LedgerError, UnknownError } from "../../model/errors.ts";
import type { LedgerSettings } from "../../model/settings/environment.ts";
import { expandHome, type ResolveSecret } from "../secrets.ts";
import { writeDump } from "./dump.ts";
import { openExisting } from "./open.ts";
import { attempt } from "./store.ts";
import { describeProblems, readAll, verifyStreams } from "./verify.ts";

/**
 * Writes a ledger, as it is at one moment while appends may go on, to a file that either store can be restored from.
 * The file appears whole or not at all, and an existing one is never written over.
 *
 * @returns how many entries were written
 * @throws LedgerError when the ledger is missing or its chain is broken
 */
export async function backupLedger(settings: LedgerSettings, file: string, resolve: ResolveSecret): Promise<number> {
  const { store, id } = await openExisting(settings, { resolve, readOnly: true });
  try {
    const { entries, createdAt } = await attempt(store, "read", async () => ({
      entries: await readAll(store),
      createdAt: (await store.db.selectFrom("sluice_meta").select("created_at").executeTakeFirstOrThrow()).created_at,
    }));
    const problems = describeProblems(verifyStreams(entries));
    if (problems)
      throw new LedgerError(`The ledger in ${store.where} is broken, and a backup of it would be: ${problems}`);
    await writeWhole(expandHome(file), writeDump({ id, createdAt, entries }));
    return entries.length;
  } finally {
    await store.db.destroy();
  }
}

async function writeWhole(path: string, text: string): Promise<void> {
  const partial = `${path}.${String(process.pid)}.partial`;
  try {
    const handle = await open(partial, "wx", 0o600);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    // A rename would write over a file of this name; a link refuses to.
    await link(partial, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") {
      throw new InputError("No backup was made:", [
        { key: "file", message: `expected a new file, and ${path} exists` },
      ]);
    }
    throw new UnknownError(`Could not write the backup ${path}: ${(error as Error).message}`, { cause: error });
  } finally {
    await rm(partial, { force: true });
  }
}
