import type { HolderPort, LedgerPort } from "../../driver/ports.ts";
import { LedgerError } from "../../model/errors.ts";
import type { LedgerSettings } from "../../model/settings/environment.ts";
import type { ResolveSecret } from "../secrets.ts";
import { holderPort } from "./holders.ts";
import { storePort } from "./port.ts";
import { postgresStore } from "./postgres.ts";
import { sqliteStore } from "./sqlite.ts";
import { attempt, noLedger, type Store } from "./store.ts";
import { schemaVersion } from "./tables.ts";

export interface OpenOptions {
  /** Reads `ledger.url`; the SQLite store needs none. */
  readonly resolve: ResolveSecret;
  /** @default false */
  readonly readOnly?: boolean;
  /** Values that no event may hold; asked at each append. Default: none are known. */
  readonly secretValues?: () => readonly string[];
}

/**
 * Opens the environment's ledger; never creates one.
 *
 * @throws LedgerError when there is none, or it is damaged or newer than this program
 * @throws UnknownError when its database can't be reached
 */
export async function openLedger(settings: LedgerSettings, options: OpenOptions): Promise<LedgerPort & HolderPort> {
  const { store, id } = await openExisting(settings, options);
  return { ...storePort(store, id, options), ...holderPort(store) };
}

/** A store that was seen to hold a ledger that this program understands. The caller closes it. */
export async function openExisting(
  settings: LedgerSettings,
  { resolve, readOnly = false }: OpenOptions,
): Promise<{ store: Store; id: string }> {
  const store = await openStore(settings, readOnly ? "read" : "write", resolve);
  try {
    return { store, id: await readId(store) };
  } catch (error) {
    await store.db.destroy();
    throw error;
  }
}

export async function openStore(
  settings: LedgerSettings,
  mode: "create" | "write" | "read",
  resolve: ResolveSecret,
): Promise<Store> {
  switch (settings.kind) {
    case "sqlite":
      return sqliteStore(settings.file, mode);
    case "postgres":
      return postgresStore(await resolve(settings.url));
  }
}

/** @throws LedgerError when the store holds no ledger, or a newer one */
export async function readId(store: Store): Promise<string> {
  const meta = await attempt(store, "open", () => store.db.selectFrom("sluice_meta").selectAll().executeTakeFirst());
  if (meta === undefined) throw noLedger(store.where);
  if (meta.schema_version > schemaVersion) {
    throw new LedgerError(
      `The ledger in ${store.where} has schema version ${String(meta.schema_version)}, ` +
        `and this Sluice knows ${String(schemaVersion)}: use a newer Sluice`,
    );
  }
  return meta.id;
}
