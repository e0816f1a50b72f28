import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { promisify } from "node:util";
import { readRefusal, refusalFile, writeRefusal } from "./official.ts";
import type { Progress } from "./progress.ts";
import type { Pulumi } from "./pulumi.ts";
import { PROVIDERS } from "./shim-scripts.ts";
import { REFUSAL_TTL_MS, type Tier } from "./tiers.ts";

/** Whose provider plugins run: Pulumi's own binaries, or ours in their place. */
export type PluginSource = "official" | "stand-in";

const INSTALL_LIMIT_MS = 300_000;

/** A provider and the version of it that its npm package asks for. */
export interface Plugin {
  readonly name: string;
  readonly version: string;
}

/** The providers that the components use. */
export function wantedPlugins(): Plugin[] {
  const require = createRequire(import.meta.url);
  return PROVIDERS.map((name) => {
    const manifest = JSON.parse(readFileSync(require.resolve(`@pulumi/${name}/package.json`), "utf8")) as {
      version: string;
      pulumi?: { version?: string };
    };
    return { name, version: manifest.pulumi?.version ?? manifest.version };
  });
}

/**
 * Official plugins wherever they are installed or can be; ours otherwise. A refusal is remembered for a day. Without
 * `progress` nothing is installed: the answer is for what is there now.
 */
export async function choosePlugins(pulumi: Pulumi, progress: Progress | undefined): Promise<PluginSource> {
  if (isRegistryOnly(pulumi.tier)) return "stand-in";
  const missing = await missingPlugins(pulumi);
  if (missing.length === 0) return "official";
  if (progress === undefined) return "stand-in";
  const refusal = readRefusal(refusalFile("plugins"));
  if (refusal !== undefined && Date.now() - refusal.at < REFUSAL_TTL_MS) return "stand-in";
  for (const { name, version } of missing) {
    progress(`Installing the official Pulumi plugin ${name} ${version}...`);
    try {
      await pulumiOutput(pulumi, ["plugin", "install", "resource", name, version], INSTALL_LIMIT_MS);
    } catch (error) {
      const reason = (error as Error).message.trim().split("\n").at(-1) ?? "unknown";
      writeRefusal(refusalFile("plugins"), reason);
      progress(`The official plugins can't be had here (${reason}): Sluice's own stand in for them`);
      return "stand-in";
    }
  }
  return "official";
}

/** Where the engine had to be built, plugin downloads are refused as well. */
function isRegistryOnly(tier: Tier): boolean {
  return tier === "registry";
}

async function missingPlugins(pulumi: Pulumi): Promise<Plugin[]> {
  const output = await pulumiOutput(pulumi, ["plugin", "ls", "--json"], 20_000);
  const installed = JSON.parse(output) as { name: string; kind: string; version?: string }[];
  return wantedPlugins().filter(
    ({ name, version }) =>
      !installed.some((had) => had.kind === "resource" && had.name === name && had.version === version),
  );
}

async function pulumiOutput(pulumi: Pulumi, args: string[], timeout: number): Promise<string> {
  const env = { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" };
  return (await promisify(execFile)(pulumi.command, args, { env, timeout })).stdout;
}
