import { noHash } from "../../ledger/chain.ts";

/** Version of the tables below; a ledger with a higher one was made by a newer Sluice. */
export const schemaVersion = 1;

/** The ledger's tables, the same in both stores; prefixed, since a team's database may hold other things too. */
export interface Tables {
  /** Not of the ledger itself: see `holderPort`. */
  sluice_holders: { stream: string; id: string; who: string; machine: string; pid: number; until: number };
  sluice_meta: { single: number; id: string; schema_version: number; created_at: string };
  sluice_entries: {
    stream: string;
    sequence: number;
    at: string;
    by: string;
    version: number;
    event: string;
    previous_hash: string;
    hash: string;
  };
}

export const tableNames = ["sluice_meta", "sluice_entries"] as const;

const meta = `create table sluice_meta (
  single integer primary key check (single = 1),
  id text not null,
  schema_version integer not null,
  created_at text not null
)`;

const entries = `create table sluice_entries (
  stream text not null,
  sequence integer not null check (sequence >= 1),
  at text not null,
  "by" text not null,
  version integer not null,
  event text not null,
  previous_hash text not null,
  hash text not null,
  primary key (stream, sequence)
)`;

const appendOnly = "the ledger is append-only";
const outOfOrder = "the entry does not follow the last one of its stream";

/** Statements that make an empty ledger. The database itself refuses what isn't an append. */
export const createTables = {
  sqlite: [
    meta,
    `${entries} without rowid`,
    ...tableNames.flatMap((table) =>
      ["update", "delete"].map(
        (change) =>
          `create trigger ${table}_no_${change} before ${change} on ${table} begin select raise(abort, '${appendOnly}'); end`,
      ),
    ),
    // Also stops "insert or replace", which deletes without firing a delete trigger.
    `create trigger sluice_entries_in_order before insert on sluice_entries
     when new.sequence <> (select coalesce(max(sequence), 0) + 1 from sluice_entries where stream = new.stream)
       or new.previous_hash <> coalesce(
         (select hash from sluice_entries where stream = new.stream order by sequence desc limit 1), '${noHash}')
     begin select raise(abort, '${outOfOrder}'); end`,
  ],
  postgres: [
    meta,
    entries,
    `create or replace function sluice_refuse_change() returns trigger language plpgsql as
     $$ begin raise exception '${appendOnly}'; end $$`,
    ...tableNames.flatMap((table) => [
      `create trigger ${table}_no_change before update or delete on ${table}
       for each row execute function sluice_refuse_change()`,
      `create trigger ${table}_no_truncate before truncate on ${table}
       for each statement execute function sluice_refuse_change()`,
    ]),
    `create or replace function sluice_in_order() returns trigger language plpgsql as $$
     declare last record;
     begin
       select sequence, hash into last from sluice_entries where stream = new.stream order by sequence desc limit 1;
       if new.sequence <> coalesce(last.sequence, 0) + 1 or new.previous_hash <> coalesce(last.hash, '${noHash}') then
         raise exception '${outOfOrder}';
       end if;
       return new;
     end $$`,
    `create trigger sluice_entries_in_order before insert on sluice_entries
     for each row execute function sluice_in_order()`,
  ],
} as const;
