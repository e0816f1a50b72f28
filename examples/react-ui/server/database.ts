import { DatabaseSync } from "node:sqlite";

/** What was echoed, in a database of this process's own: enough to be asked for its health in earnest. */
export interface Database {
  /** Throws when the database doesn't answer. */
  ping(): void;
  /** Notes one message; returns how many there are. */
  note(bytes: number): number;
  close(): void;
}

export function openDatabase(): Database {
  const database = new DatabaseSync(":memory:");
  database.exec("CREATE TABLE messages (id INTEGER PRIMARY KEY, bytes INTEGER NOT NULL)");
  const ping = database.prepare("SELECT 1 AS one");
  const insert = database.prepare("INSERT INTO messages (bytes) VALUES (?)");
  return {
    ping() {
      if (ping.get()?.one !== 1) throw new Error("the database gave no answer");
    },
    note: (bytes) => Number(insert.run(bytes).lastInsertRowid),
    close: () => database.close(),
  };
}
