import { fileURLToPath } from "node:url";
import { ensureGoProgram, type GoProgram } from "./go-program.ts";
import type { Progress } from "./progress.ts";

/** What checks workflows, from the module in `actionlint/`. */
const actionlint: GoProgram = {
  name: "actionlint",
  version: "1.7.12",
  what: "actionlint 1.7.12, which checks workflows (about a quarter of a minute)",
  module: fileURLToPath(new URL("actionlint", import.meta.url)),
  package: "github.com/rhysd/actionlint/cmd/actionlint",
  versionVariable: "github.com/rhysd/actionlint.version",
  oldestGo: "1.25.0",
};

/** Absolute path of actionlint, built through the Go module proxy if the cache hasn't got it. */
export function ensureActionlint(progress: Progress): Promise<string> {
  return ensureGoProgram(actionlint, progress);
}
