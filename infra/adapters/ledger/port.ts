import type { LedgerPort } from "../../driver/ports.ts";
import { link, noHash, toStored, verifyChain } from "../../ledger/chain.ts";
import type { Entry, LedgerEvent } from "../../ledger/event.ts";
import { ConflictError, LedgerError } from "../../model/errors.ts";
import { refuseSecrets } from "./no-secrets.ts";
import { attempt, fromRow, toRow, type Store } from "./store.ts";

interface PortOptions {
  readonly readOnly?: boolean;
  readonly secretValues?: () => readonly string[];
}

/** The ledger in an open store, whichever it is. */
export function storePort(store: Store, id: string, { readOnly = false, secretValues }: PortOptions): LedgerPort {
  return {
    id: () => Promise.resolve(id),
    read: (stream) => attempt(store, "read", () => readStream(store, stream)),
    streams: () => attempt(store, "read", () => readStreams(store)),
    append: (stream, expected, event, by, at) =>
      attempt(store, "append to", async () => {
        if (readOnly) throw new LedgerError(`The ledger in ${store.where} was opened to be read only`);
        refuseSecrets(event, secretValues?.() ?? []);
        return append(store, { stream, sequence: expected, by, at }, event);
      }),
    close: () => store.db.destroy(),
  };
}

async function readStream(store: Store, stream: string): Promise<readonly Entry[]> {
  const rows = await store.db
    .selectFrom("sluice_entries")
    .selectAll()
    .where("stream", "=", stream)
    .orderBy("sequence")
    .execute();
  const chain = verifyChain(stream, rows.map(fromRow));
  if (chain.ok) return chain.entries;
  const { sequence, detail } = chain.problem;
  throw new LedgerError(
    `The chain of ${stream} in ${store.where} is broken at entry ${String(sequence)}: ${detail}. ` +
      "Nothing may be declared from it; compare it with a backup (`sluice ledger verify | restore`)",
  );
}

async function readStreams(store: Store): Promise<readonly string[]> {
  const rows = await store.db.selectFrom("sluice_entries").select("stream").distinct().execute();
  // Sorted here, since the two stores' collations differ.
  return rows.map(({ stream }) => stream).sort();
}

async function append(
  store: Store,
  fields: Pick<Entry, "stream" | "sequence" | "by" | "at">,
  event: LedgerEvent,
): Promise<Entry> {
  const last = await lastOf(store, fields.stream);
  if (fields.sequence <= last.sequence) throw conflict(fields, last.sequence);
  if (fields.sequence > last.sequence + 1) {
    throw new LedgerError(
      `The ledger in ${store.where} ends ${fields.stream} at entry ${String(last.sequence)}, ` +
        `and entry ${String(fields.sequence)} was to be appended: it is older than what was read before`,
    );
  }
  const entry = link({ ...fields, previousHash: last.hash }, event);
  try {
    await store.db
      .insertInto("sluice_entries")
      .values(toRow(toStored(entry)))
      .execute();
  } catch (error) {
    // The key and the triggers refuse an entry whose number was taken meanwhile; which of them spoke doesn't matter. Our own
    // entry, stored by a connection that broke before it said so, counts as taken too: the caller reads again.
    const now = await lastOf(store, fields.stream);
    if (now.sequence >= fields.sequence) throw conflict(fields, now.sequence);
    throw error;
  }
  return entry;
}

async function lastOf(store: Store, stream: string): Promise<Pick<Entry, "sequence" | "hash">> {
  const last = await store.db
    .selectFrom("sluice_entries")
    .select(["sequence", "hash"])
    .where("stream", "=", stream)
    .orderBy("sequence", "desc")
    .limit(1)
    .executeTakeFirst();
  return last ?? { sequence: 0, hash: noHash };
}

function conflict({ stream, sequence }: Pick<Entry, "stream" | "sequence">, last: number): ConflictError {
  return new ConflictError(
    `Entry ${String(sequence)} of ${stream} is taken (the last one is ${String(last)}): somebody else appended first`,
  );
}
