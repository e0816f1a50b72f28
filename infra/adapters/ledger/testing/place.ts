import type { LedgerSettings } from "../../../model/settings/environment.ts";
import type { ResolveSecret } from "../../secrets.ts";

/** Somewhere a ledger can be made: a file that isn't there yet, or an empty database. */
export interface Place {
  readonly settings: LedgerSettings;
  readonly resolve: ResolveSecret;
  /** For processes that are to open the same ledger. */
  readonly environment: Readonly<Record<string, string>>;
  /** Runs SQL past the ledger's own code, as somebody with the database's password could. */
  raw(statement: string): Promise<void>;
  /** Statements that take the database's own guards away. */
  readonly unguard: readonly string[];
  /** Whether nothing was made there. */
  untouched(): Promise<boolean>;
}
