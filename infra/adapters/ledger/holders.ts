import { sql, type RawBuilder } from "kysely";
import type { Held, HolderPort } from "../../driver/ports.ts";
import { attempt, type Store } from "./store.ts";

/** Seconds since the epoch by the database's clock: runners' own may differ. */
const now: Readonly<Record<Store["kind"], RawBuilder<number>>> = {
  sqlite: sql<number>`unixepoch('subsec')`,
  postgres: sql<number>`extract(epoch from clock_timestamp())::float8`,
};

/** Who drives each stream, in a table beside the ledger's own; it is made when it is first needed, and holds no history. */
export function holderPort(store: Store): HolderPort {
  const { db, kind } = store;
  const heldBy = async (stream: string): Promise<Held | null> => {
    const row = await db
      .selectFrom("sluice_holders")
      .selectAll()
      .select(now[kind].as("now"))
      .where("stream", "=", stream)
      .executeTakeFirst();
    if (!row) return null;
    const { id, who, machine, pid, until } = row;
    return { holder: { id, who, machine, pid }, until, remainingSeconds: until - row.now };
  };
  return {
    heldBy: (stream) =>
      attempt(store, "read", async () => {
        try {
          return await heldBy(stream);
        } catch (error) {
          if (store.trouble(error) === "noTables") return null;
          throw error;
        }
      }),
    hold: (stream, { id, who, machine, pid }, seconds, force) =>
      attempt(store, "write to", async () => {
        const until = sql<number>`${now[kind]} + ${seconds}`;
        const take = () =>
          db
            .insertInto("sluice_holders")
            .values({ stream, id, who, machine, pid, until })
            .onConflict((taken) => {
              const renewed = taken.column("stream").doUpdateSet({ id, who, machine, pid, until });
              if (force) return renewed;
              const [isOurs, isOver] = [
                sql<boolean>`sluice_holders.id = ${id}`,
                sql<boolean>`sluice_holders.until <= ${now[kind]}`,
              ];
              return renewed.where((either) => either.or([isOurs, isOver]));
            })
            .execute();
        try {
          await take();
        } catch (error) {
          if (store.trouble(error) !== "noTables") throw error;
          // Another one may be making it in this moment.
          await makeTable(store).catch(() => undefined);
          await take();
        }
        const held = await heldBy(stream);
        if (!held) throw new Error("the hold was taken away at once");
        return held;
      }),
    letGo: (stream, { id }) =>
      attempt(store, "write to", async () => {
        await db.deleteFrom("sluice_holders").where("stream", "=", stream).where("id", "=", id).execute();
      }),
  };
}

async function makeTable({ db }: Store): Promise<void> {
  await db.schema
    .createTable("sluice_holders")
    .ifNotExists()
    .addColumn("stream", "text", (column) => column.primaryKey())
    .addColumn("id", "text", (column) => column.notNull())
    .addColumn("who", "text", (column) => column.notNull())
    .addColumn("machine", "text", (column) => column.notNull())
    .addColumn("pid", "integer", (column) => column.notNull())
    .addColumn("until", "double precision", (column) => column.notNull())
    .execute();
}
