import type { Contract, HealthCheck } from "../../model/contract.ts";

/** What was read from the repository and the settings, for `compare`. */
export interface Facts {
  readonly from: Before;
  /** The contract of the newer commit. */
  readonly contract: Contract;
  /** Whether the older commit is among the newer one's ancestors. */
  readonly follows: boolean;
  /** Those that the newer one has and the older one hasn't. */
  readonly commits: readonly Commit[];
  readonly openapi: Openapi;
  /** Those that are new between the two. */
  readonly migrations: readonly Migration[];
  /** Those of before that aren't as they were. */
  readonly touchedMigrations: readonly TouchedMigration[];
  /** null when no environment was named. */
  readonly settings: Given | null;
}

/** The older commit. */
export interface Before {
  readonly ref: string;
  /** Its contract, or why there is none to compare with. */
  readonly contract: { readonly kind: "read"; readonly contract: Contract } | Unknown;
}

export interface Unknown {
  readonly kind: "unknown";
  readonly reason: string;
}

export interface Commit {
  readonly hash: string;
  readonly message: string;
}

export type Openapi =
  | { readonly kind: "none" }
  /** Why the older document can't be compared with. */
  | Unknown
  | { readonly kind: "compared"; readonly changes: readonly Change[] };

/** A change of an OpenAPI document as oasdiff tells it. */
export interface Change {
  readonly id: string;
  readonly text: string;
  /** 3 breaks somebody, 2 may. */
  readonly level: number;
  readonly operation?: string | undefined;
  readonly path?: string | undefined;
}

export interface Migration {
  readonly path: string;
  readonly text: string;
  /** What is to undo it; null where the contract names nothing of the kind. */
  readonly undo: { readonly path: string; readonly exists: boolean } | null;
}

/** A file of the older commit's migrations that the newer one changed or removed. */
export interface TouchedMigration {
  readonly path: string;
  readonly how: "changed" | "removed";
  /** Whether it is a migration, or undoes one. */
  readonly role: "migration" | "undo";
}

/** What an environment's settings give the service and ask of it. */
export interface Given {
  readonly environment: string;
  /** Names of its environment variables. */
  readonly variables: readonly string[];
  /** Paths that the settings ask; null where the check is left out. */
  readonly health: Readonly<Record<HealthCheck, string | null>>;
}
