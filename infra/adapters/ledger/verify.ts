import type { Kysely } from "kysely";
import { verifyChain, type ChainProblem, type StoredEntry } from "../../ledger/chain.ts";
import type { LedgerSettings } from "../../model/settings/environment.ts";
import type { ResolveSecret } from "../secrets.ts";
import { openExisting } from "./open.ts";
import { attempt, damaged, fromRow, type Store } from "./store.ts";
import type { Tables } from "./tables.ts";

/** What was found in one stream. */
export interface StreamReport {
  readonly stream: string;
  readonly entries: number;
  /** Hash of the last entry: two ledgers that agree on it agree on the whole stream. */
  readonly hash: string;
  readonly problem: ChainProblem | null;
}

export interface LedgerReport {
  readonly id: string;
  readonly where: string;
  readonly streams: readonly StreamReport[];
  readonly healthy: boolean;
}

/**
 * Checks every stream of a ledger and changes nothing.
 *
 * @throws LedgerError when there is no ledger, or its file is damaged
 */
export async function verifyLedger(settings: LedgerSettings, resolve: ResolveSecret): Promise<LedgerReport> {
  const { store, id } = await openExisting(settings, { resolve, readOnly: true });
  try {
    const streams = verifyStreams(await attempt(store, "read", () => readAll(store)));
    return { id, where: store.where, streams, healthy: streams.every(({ problem }) => problem === null) };
  } finally {
    await store.db.destroy();
  }
}

/**
 * Every entry, in one statement: one moment's state, while appends go on.
 * @throws LedgerError when the database finds its files damaged
 */
export async function readAll(store: Store): Promise<readonly StoredEntry[]> {
  const damage = await store.damage();
  if (damage !== null) throw damaged(store.where, damage);
  return readEntries(store.db);
}

export async function readEntries(db: Kysely<Tables>): Promise<readonly StoredEntry[]> {
  const rows = await db.selectFrom("sluice_entries").selectAll().orderBy("stream").orderBy("sequence").execute();
  return rows.map(fromRow);
}

export function verifyStreams(entries: readonly StoredEntry[]): readonly StreamReport[] {
  return [...Map.groupBy(entries, ({ stream }) => stream)]
    .map(([stream, stored]) => {
      const chain = verifyChain(stream, stored);
      return {
        stream,
        entries: stored.length,
        hash: stored.at(-1)?.hash ?? "",
        problem: chain.ok ? null : chain.problem,
      };
    })
    .sort((a, b) => (a.stream < b.stream ? -1 : 1));
}

/** The first broken streams in words, or nothing. */
export function describeProblems(streams: readonly StreamReport[]): string | undefined {
  const broken = streams.flatMap(({ stream, problem }) =>
    problem === null ? [] : [`${stream}, entry ${String(problem.sequence)}: ${problem.detail}`],
  );
  return broken.length > 0 ? broken.join("; ") : undefined;
}
