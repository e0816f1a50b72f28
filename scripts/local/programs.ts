import { accessSync, constants, readdirSync } from "node:fs";
import { join } from "node:path";
import { LocalSetupError } from "./errors.ts";

/** Servers live where an ordinary user's PATH doesn't point. */
const MORE_FOLDERS = ["/usr/local/sbin", "/usr/sbin", "/sbin", "/usr/local/bin", "/usr/bin", "/bin"];

/** PATH with those folders: servers look for helpers there (dockerd for runc and docker-proxy). */
export function searchPath(): string {
  return [process.env.PATH, ...MORE_FOLDERS].filter(Boolean).join(":");
}

/** Path of a program, or `undefined`. */
export function findProgram(name: string, extraFolders: readonly string[] = []): string | undefined {
  return [...searchPath().split(":"), ...extraFolders].map((folder) => join(folder, name)).find(isExecutable);
}

/** @throws LocalSetupError that names the Debian package to install. */
export function requireProgram(name: string, debianPackage: string, extraFolders: readonly string[] = []): string {
  const path = findProgram(name, extraFolders);
  if (path) return path;
  throw new LocalSetupError(
    `${name} is needed and was not found: apt-get install --no-install-recommends ${debianPackage}`,
  );
}

/** Folders of Debian's PostgreSQL versions, the newest first. */
export function postgresFolders(root = "/usr/lib/postgresql"): readonly string[] {
  try {
    const versions = readdirSync(root).sort((a, b) => Number(b) - Number(a));
    return versions.map((version) => join(root, version, "bin"));
  } catch {
    return [];
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
