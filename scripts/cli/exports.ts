import { quote } from "../../infra/adapters/shell/shell.ts";

/** Lines for a POSIX shell that set these environment variables. */
export function exportLines(variables: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(variables).map(([name, value]) => `export ${name}=${quote(value)}`);
}
