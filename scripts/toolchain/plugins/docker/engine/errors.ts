/** Docker's refusals, in the words of Docker's own client. */

interface DaemonError {
  readonly statusCode?: number;
  readonly json?: unknown;
  readonly message: string;
}

/** What the daemon said, or why it couldn't be asked. */
export function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { statusCode, json, message } = error as DaemonError;
  if (statusCode === undefined) return message;
  return `Error response from daemon: ${said(json) ?? message}`;
}

function said(json: unknown): string | undefined {
  if (typeof json !== "object" || json === null || !("message" in json)) return undefined;
  return typeof json.message === "string" ? json.message.trim() : undefined;
}

export function isNotFound(error: unknown): boolean {
  return error instanceof Error && (error as DaemonError).statusCode === 404;
}

export function mentions(error: unknown, ...phrases: readonly string[]): boolean {
  const text = describe(error).toLowerCase();
  return phrases.some((phrase) => text.includes(phrase.toLowerCase()));
}

/** Runs a call and says what was tried when it fails. */
export async function attempt<T>(what: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (cause) {
    throw new Error(`${what}: ${describe(cause)}`, { cause });
  }
}
