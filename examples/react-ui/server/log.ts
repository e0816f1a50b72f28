export type Fields = Readonly<Record<string, string | number | boolean | null>>;
export type Log = (level: "info" | "warn" | "error", message: string, fields?: Fields) => void;

/** One JSON document a line, with what tells copies apart in every line. */
export function jsonLog(always: Fields, write: (line: string) => void, now: () => Date): Log {
  return (level, message, fields = {}) =>
    write(JSON.stringify({ time: now().toISOString(), level, message, ...always, ...fields }) + "\n");
}
