import { execFile } from "node:child_process";
import { dirname, join, sep } from "node:path";
import { promisify } from "node:util";
import { cacheFolder } from "./bootstrap/cache.mjs";
import { ensureEngine, engineHome } from "./engine.ts";
import { findCommand, realPath } from "./find-command.ts";
import { findOfficial, installOfficial, readRefusal, refusalFile } from "./official.ts";
import type { Progress } from "./progress.ts";
import { ENGINE_VERSION, type FoundPulumi, planTiers, type Tier } from "./tiers.ts";

/** The engine in use. */
export interface Pulumi {
  readonly tier: Tier;
  readonly command: string; // absolute path
  readonly version: string;
}

/** Pulumi can't be had in a way that was asked for; the message says why. */
export class ToolchainError extends Error {
  override readonly name = "ToolchainError";
}

/** The engine of the first tier that gives one. Only the first call on a machine takes long. */
export async function ensurePulumi(progress: Progress, env: NodeJS.ProcessEnv = process.env): Promise<Pulumi> {
  const found = await findOnPath(env);
  const plan = planTiers(env["SLUICE_TOOLCHAIN"], found, readRefusal(refusalFile("engine")), Date.now());
  if (!plan.ok) throw new ToolchainError(plan.problem);
  for (const tier of plan.tiers) {
    const pulumi = await ensureTier(tier, found, progress);
    if (pulumi !== undefined) return pulumi;
  }
  const reason = readRefusal(refusalFile("engine"))?.reason ?? "unknown";
  throw new ToolchainError(`Pulumi can't be had from tier ${plan.tiers.join(", ")}: ${reason}`);
}

/** The engine that `ensurePulumi` would use, if nothing has to be fetched or built for it. */
export async function findPulumi(env: NodeJS.ProcessEnv = process.env): Promise<Pulumi | undefined> {
  const found = await findOnPath(env);
  const plan = planTiers(env["SLUICE_TOOLCHAIN"], found, undefined, 0);
  if (!plan.ok) return undefined;
  for (const tier of plan.tiers) {
    const command = installedCommand(tier, found);
    if (command !== undefined)
      return { tier, command, version: found?.command === command ? found.version : ENGINE_VERSION };
  }
  return undefined;
}

function installedCommand(tier: Tier, found: FoundPulumi | undefined): string | undefined {
  switch (tier) {
    case "path":
      return found?.command;
    case "official":
      return findOfficial();
    case "registry":
      return findCommand("pulumi", join(engineHome(), "bin"));
  }
}

async function ensureTier(tier: Tier, found: FoundPulumi | undefined, progress: Progress): Promise<Pulumi | undefined> {
  switch (tier) {
    case "path":
      return found && { tier, command: found.command, version: found.version };
    case "official": {
      const command = findOfficial() ?? (await installOfficial(progress));
      return command === undefined ? undefined : { tier, command, version: ENGINE_VERSION };
    }
    case "registry":
      return { tier, command: await ensureEngine(progress), version: ENGINE_VERSION };
  }
}

/** The user's own pulumi. One that we put on PATH ourselves (a shell inside ours) isn't theirs. */
async function findOnPath(env: NodeJS.ProcessEnv): Promise<FoundPulumi | undefined> {
  const ours = realPath(cacheFolder()) + sep;
  const path = (env["PATH"] ?? "")
    .split(":")
    .filter((folder) => !`${realPath(folder)}${sep}`.startsWith(ours))
    .join(":");
  const command = findCommand("pulumi", path);
  if (command === undefined) return undefined;
  try {
    const options = { env: { ...env, PULUMI_SKIP_UPDATE_CHECK: "true" }, timeout: 10_000 };
    const { stdout } = await promisify(execFile)(command, ["version"], options);
    const beside = `${dirname(realPath(command))}:${path}`;
    return {
      command,
      version: stdout.trim().replace(/^v/, ""),
      languageHost: findCommand("pulumi-language-nodejs", beside),
    };
  } catch {
    return undefined; // One that can't say its version isn't usable.
  }
}
