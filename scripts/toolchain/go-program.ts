import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { cacheFolder } from "./bootstrap/cache.mjs";
import { withLock } from "./bootstrap/lock.mjs";
import { runCommand } from "./bootstrap/run-command.mjs";
import { ensureGo } from "./go.ts";
import type { Progress } from "./progress.ts";

/** A program that is built through the Go module proxy. */
export interface GoProgram {
  /** Name of the executable, and of its folder in the cache. */
  readonly name: string;
  /** Without a "v". */
  readonly version: string;
  /** What it is and how long it takes, for whoever waits. */
  readonly what: string;
  /** Folder of the committed module that requires it. */
  readonly module: string;
  /** Path of its main package. */
  readonly package: string;
  /** Variable that holds the program's own version. */
  readonly versionVariable: string;
  /** The oldest Go that builds it. */
  readonly oldestGo: string;
}

/** Folder of the built program: `bin/<name>` in it. */
export function homeOf({ name, version }: GoProgram): string {
  return join(cacheFolder(), `${name}-${version}`);
}

/** The command that builds it, from the committed module and nothing else. */
export function buildCommand(program: GoProgram, go: string, output: string): [string, ...string[]] {
  const flags = `-s -w -X ${program.versionVariable}=v${program.version}`;
  return [
    go,
    "build",
    "-mod=readonly",
    "-trimpath",
    "-buildvcs=false",
    "-ldflags",
    flags,
    "-o",
    output,
    program.package,
  ];
}

/** Absolute path of the program, built through the Go module proxy if the cache hasn't got it. */
export async function ensureGoProgram(program: GoProgram, progress: Progress): Promise<string> {
  const { name, version, what, module, oldestGo } = program;
  const home = homeOf(program);
  const built = join(home, "bin", name);
  if (existsSync(built)) return built;
  const go = await ensureGo(progress, oldestGo);
  await withLock(
    `${name}-${version}`,
    async (lock) => {
      if (existsSync(built)) return;
      const temp = join(cacheFolder(), `tmp-${name}-${version}`);
      rmSync(temp, { recursive: true, force: true });
      mkdirSync(temp, { recursive: true });
      // The module's own settings decide, not a workspace or flags of whoever runs this.
      const env = { ...process.env, GOWORK: "off", GOFLAGS: "", CGO_ENABLED: "0", GOTOOLCHAIN: "local" };
      await runCommand(
        `Building ${what} through the Go module proxy`,
        buildCommand(program, go, join(temp, "bin", name)),
        { cwd: module, env, lock, say: progress },
      );
      rmSync(home, { recursive: true, force: true });
      renameSync(temp, home);
    },
    progress,
  );
  return built;
}
