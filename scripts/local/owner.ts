import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isAlive, type ProcessIdentity } from "./processes.ts";

/** Who answers for a run folder. */
export interface Owner {
  /** Ends the folder's processes and removes it when its user is gone. */
  readonly supervisor: ProcessIdentity;
  /** The process that started it, e.g. a test. */
  readonly user: ProcessIdentity;
}

export type Ownership =
  | { readonly kind: "used" } // by a process that lives
  | { readonly kind: "ending" } // its user is gone, its supervisor is cleaning up
  | { readonly kind: "leftover" }; // nobody will clean it up but us

export function writeOwner(folder: string, owner: Owner): void {
  const path = join(folder, "owner.json");
  writeFileSync(`${path}.new`, JSON.stringify(owner));
  renameSync(`${path}.new`, path);
}

/** The owner of a folder; `undefined` before its supervisor has written it. */
export function readOwner(folder: string): Owner | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, "owner.json"), "utf8")) as Owner;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

const STARTING_MS = 60_000;

/** `ageMs`: how long ago the folder was made. */
export function ownership(
  owner: Owner | undefined,
  ageMs: number,
  alive: (identity: ProcessIdentity) => boolean = isAlive,
): Ownership {
  if (!owner) return { kind: ageMs < STARTING_MS ? "used" : "leftover" };
  if (!alive(owner.supervisor)) return { kind: "leftover" };
  return { kind: alive(owner.user) ? "used" : "ending" };
}
