import { fileURLToPath } from "node:url";
import { ensureGoProgram, type GoProgram, homeOf } from "./go-program.ts";
import type { Progress } from "./progress.ts";
import { ENGINE_VERSION } from "./tiers.ts";

/** The engine, from the module in `engine/`. */
const engine: GoProgram = {
  name: "pulumi",
  version: ENGINE_VERSION,
  what: `the Pulumi engine ${ENGINE_VERSION} (about 4 minutes)`,
  module: fileURLToPath(new URL("engine", import.meta.url)),
  package: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
  versionVariable: "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version",
  oldestGo: "1.25.11",
};

/** Folder of the built engine: `bin/pulumi` in it, the layout that the Automation API expects of a root. */
export function engineHome(): string {
  return homeOf(engine);
}

/** Absolute path of the engine, built through the Go module proxy if the cache hasn't got it (minutes). */
export function ensureEngine(progress: Progress): Promise<string> {
  return ensureGoProgram(engine, progress);
}
