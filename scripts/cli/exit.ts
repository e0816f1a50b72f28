import { ConflictError, InputError, LedgerError, RefusedError, UnknownError } from "../../infra/model/errors.ts";

/** What the exit codes of `sluice` mean; documented in docs/commands.md. */
export const exitCode = { done: 0, refused: 1, wrongInput: 2, unknown: 3 } as const;
export type ExitCode = (typeof exitCode)[keyof typeof exitCode];

/** Users see a message; a bug shows its stack. */
export function explain(error: unknown): { readonly code: ExitCode; readonly kind: string; readonly message: string } {
  if (error instanceof InputError) return { code: exitCode.wrongInput, kind: "wrongInput", message: error.message };
  if (error instanceof RefusedError) return { code: exitCode.refused, kind: "refused", message: error.message };
  if (error instanceof LedgerError) return { code: exitCode.unknown, kind: "ledger", message: error.message };
  if (error instanceof ConflictError) {
    const message = `Another driver took over, so this one stopped and changed nothing more: ${error.message}`;
    return { code: exitCode.unknown, kind: "conflict", message };
  }
  if (error instanceof UnknownError) return { code: exitCode.unknown, kind: "unknown", message: error.message };
  if (error instanceof Error && "fix" in error)
    return { code: exitCode.unknown, kind: "setUp", message: error.message };
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { code: exitCode.unknown, kind: "bug", message: `This is a bug in Sluice:\n${stack}` };
}
