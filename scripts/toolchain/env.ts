import { PulumiCommand } from "@pulumi/pulumi/automation/index.js";
import { dirname, join } from "node:path";
import semver from "semver";
import { withNodeFirst } from "./bootstrap/node.mjs";
import { choosePlugins, type PluginSource } from "./plugin-source.ts";
import { toStderr, type Progress } from "./progress.ts";
import { ensurePulumi, type Pulumi } from "./pulumi.ts";
import { ensureShims } from "./shims.ts";

/** All that it takes to run Pulumi here. */
export interface Toolchain {
  readonly pulumi: Pulumi;
  readonly plugins: PluginSource;
  readonly env: Record<string, string>;
}

let ready: Promise<Toolchain> | undefined;

/** The toolchain, made ready once a process: quick where it is in the cache, minutes where it has to be built. */
export async function ensureToolchain(progress: Progress = toStderr): Promise<Toolchain> {
  ready ??= prepare(progress);
  try {
    return await ready;
  } catch (error) {
    ready = undefined; // The next caller may have the reason mended.
    throw error;
  }
}

/** The environment in which Pulumi runs: this process's own, with PATH and switches added. */
export async function toolchainEnv(): Promise<Record<string, string>> {
  return (await ensureToolchain()).env;
}

/** The Automation API's handle on the engine, for `LocalWorkspaceOptions.pulumiCommand`. */
export async function pulumiCommand(): Promise<PulumiCommand> {
  const { pulumi } = await ensureToolchain();
  const root = dirname(dirname(pulumi.command));
  return PulumiCommand.get({ root, version: new semver.SemVer(pulumi.version), skipVersionCheck: true });
}

async function prepare(progress: Progress): Promise<Toolchain> {
  const found = await ensurePulumi(progress);
  const plugins = await choosePlugins(found, progress);
  const shims = found.tier === "registry" || plugins === "stand-in" ? await ensureShims(found, progress) : undefined;
  const own = found.tier === "registry" && shims !== undefined;
  const pulumi = own ? { ...found, command: join(shims.engine, "pulumi") } : found;
  const folders = [dirname(pulumi.command), ...(plugins === "stand-in" && shims ? [shims.providers] : [])];
  return { pulumi, plugins, env: environment(folders, plugins, withNodeFirst(process.execPath)) };
}

/** Pure: the environment for folders that go first on PATH. */
export function environment(
  folders: readonly string[],
  plugins: PluginSource,
  env: NodeJS.ProcessEnv,
): Record<string, string> {
  const rest = (env["PATH"] ?? "").split(":").filter((folder) => folder !== "" && !folders.includes(folder));
  const defined = Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return {
    ...Object.fromEntries(defined),
    PATH: [...folders, ...rest].join(":"),
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_AUTOMATION_API_SKIP_VERSION_CHECK: "true",
    // Without official plugins a missing one is an error at once, not a download that is refused after a while.
    ...(plugins === "stand-in" && { PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true" }),
  };
}
