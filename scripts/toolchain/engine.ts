import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { cacheFolder } from "./bootstrap/cache.mjs";
import { withLock } from "./bootstrap/lock.mjs";
import { runCommand } from "./bootstrap/run-command.mjs";
import { engineModule, ensureGo } from "./go.ts";
import type { Progress } from "./progress.ts";
import { ENGINE_VERSION } from "./tiers.ts";

const PACKAGE = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi";
const VERSION_VARIABLE = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version";

/** Folder of the built engine: `bin/pulumi` in it, the layout that the Automation API expects of a root. */
export function engineHome(): string {
  return join(cacheFolder(), `pulumi-${ENGINE_VERSION}`);
}

/** The command that builds the engine, from the committed module and nothing else. */
export function buildCommand(go: string, output: string): [string, ...string[]] {
  const flags = `-s -w -X ${VERSION_VARIABLE}=v${ENGINE_VERSION}`;
  return [go, "build", "-mod=readonly", "-trimpath", "-buildvcs=false", "-ldflags", flags, "-o", output, PACKAGE];
}

/** Absolute path of the engine, built through the Go module proxy if the cache hasn't got it (minutes). */
export async function ensureEngine(progress: Progress): Promise<string> {
  const pulumi = join(engineHome(), "bin", "pulumi");
  if (existsSync(pulumi)) return pulumi;
  const go = await ensureGo(progress);
  await withLock(
    `pulumi-${ENGINE_VERSION}`,
    async (lock) => {
      if (existsSync(pulumi)) return;
      const temp = join(cacheFolder(), `tmp-pulumi-${ENGINE_VERSION}`);
      rmSync(temp, { recursive: true, force: true });
      mkdirSync(temp, { recursive: true });
      // The module's own settings decide, not a workspace or flags of whoever runs this.
      const env = { ...process.env, GOWORK: "off", GOFLAGS: "", CGO_ENABLED: "0", GOTOOLCHAIN: "local" };
      await runCommand(
        `Building the Pulumi engine ${ENGINE_VERSION} through the Go module proxy (about 4 minutes)`,
        buildCommand(go, join(temp, "bin", "pulumi")),
        { cwd: engineModule, env, lock, say: progress },
      );
      rmSync(dirname(dirname(pulumi)), { recursive: true, force: true });
      renameSync(temp, engineHome());
    },
    progress,
  );
  return pulumi;
}
