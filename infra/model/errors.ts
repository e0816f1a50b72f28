/** One thing that is wrong with what a user gave, named by the key it stands under. */
export interface Issue {
  /** Path of the offending value, e.g. `hosts.host-a.shell.port`; empty for the whole document. */
  readonly key: string;
  /** What was expected there, and what was found. */
  readonly message: string;
}

/** Wrong input: every problem at once; nothing was touched. Commands answer with exit code 2. */
export class InputError extends Error {
  override readonly name = "InputError";
  readonly issues: readonly Issue[];

  constructor(what: string, issues: readonly Issue[]) {
    super([what, ...issues.map(({ key, message }) => `  ${key ? `${key}: ` : ""}${message}`)].join("\n"));
    this.issues = issues;
  }
}

/** A rule of Sluice forbids what was asked for (an older release, a quarantined digest, a rollout under way). Exit 1. */
export class RefusedError extends Error {
  override readonly name = "RefusedError";
}

/** Somebody else changes a stack just now. Exit 1. */
export class BusyError extends RefusedError {}

/** Sluice could not find out how things stand, or could not act: nobody may take this for health. Exit 3. */
export class UnknownError extends Error {
  override readonly name: string = "UnknownError";
}

/** Somebody else appended to the ledger first, or a newer driver took a rollout over: stop and change nothing. */
export class ConflictError extends Error {
  override readonly name = "ConflictError";
}

/** The ledger is missing, foreign, older than the stack remembers, or its chain is broken. Nothing may be declared. */
export class LedgerError extends Error {
  override readonly name = "LedgerError";
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
