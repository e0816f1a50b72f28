import { lstatSync, mkdirSync, mkdtempSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { LocalSetupError } from "./errors.ts";

/** The kernel's limit for the path of a unix socket, its closing zero byte included. */
const SOCKET_PATH_LIMIT = 108;

/** Where all local parts of this user keep their files: one folder each, so that leftovers can be found. */
export function runsFolder(): string {
  return join(tmpdir(), `sluice-${userInfo().uid}`);
}

/**
 * A new folder for one local part.
 * @throws LocalSetupError when the place isn't ours, or too deep for the sockets that are to be in it.
 */
export function createRunFolder(kind: string, runs = runsFolder()): string {
  mkdirSync(runs, { recursive: true, mode: 0o711 });
  const { uid } = lstatSync(runs);
  if (uid !== userInfo().uid || !lstatSync(runs).isDirectory()) {
    throw new LocalSetupError(`${runs} is not a folder of ours: remove it, or set TMPDIR to another folder`);
  }
  const folder = mkdtempSync(join(runs, `${kind}-`));
  checkSocketPath(join(folder, ".s.PGSQL.65535"));
  return folder;
}

export function checkSocketPath(path: string): void {
  const length = Buffer.byteLength(path) + 1;
  if (length <= SOCKET_PATH_LIMIT) return;
  throw new LocalSetupError(
    `${path} is ${length - SOCKET_PATH_LIMIT} bytes too long for a unix socket: set TMPDIR to a folder with a short path, e.g. TMPDIR=/tmp`,
  );
}
