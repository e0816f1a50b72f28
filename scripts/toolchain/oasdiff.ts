import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import semver from "semver";
import { findCommand } from "./find-command.ts";
import { ensureGoProgram, type GoProgram } from "./go-program.ts";
import type { Progress } from "./progress.ts";

/** What compares OpenAPI documents, from the module in `oasdiff/`. */
const oasdiff: GoProgram = {
  name: "oasdiff",
  version: "1.36.0",
  what: "oasdiff 1.36.0, which compares OpenAPI documents (about a minute)",
  module: fileURLToPath(new URL("oasdiff", import.meta.url)),
  package: "github.com/oasdiff/oasdiff",
  versionVariable: "github.com/oasdiff/oasdiff/build.Version",
  oldestGo: "1.26.0",
};

/** Absolute path of oasdiff: a fitting one on PATH, else built through the Go module proxy into the cache. */
export async function ensureOasdiff(progress: Progress): Promise<string> {
  return (await onPath()) ?? ensureGoProgram(oasdiff, progress);
}

async function onPath(): Promise<string | undefined> {
  const found = findCommand(oasdiff.name);
  if (found === undefined) return undefined;
  try {
    const { stdout } = await promisify(execFile)(found, ["--version"], { timeout: 10_000 });
    return isFittingOasdiff(stdout) ? found : undefined;
  } catch {
    return undefined; // One that can't say its version is built anew.
  }
}

/** Whether `oasdiff --version` names one that knows all that it is asked for; a build without a version doesn't say. */
export function isFittingOasdiff(output: string): boolean {
  const version = semver.coerce(/v?(\d+\.\d+\.\d+)/.exec(output)?.[1]);
  return version !== null && semver.satisfies(version, `^${oasdiff.version}`);
}
