import { execFile } from "node:child_process";
import { mkdirSync, statfsSync } from "node:fs";
import { promisify } from "node:util";
import { cacheFolder } from "./bootstrap/cache.mjs";
import { findCommand } from "./find-command.ts";
import { missingParts } from "./find-part.ts";
import { findGo } from "./go.ts";
import { readRefusal, refusalFile } from "./official.ts";
import type { Need, OsPartName } from "./os-parts.ts";
import type { Machine } from "./pre-flight.ts";
import { findPulumi } from "./pulumi.ts";
import { planTiers } from "./tiers.ts";

/** Looks at this machine: quick, and changes nothing but making the cache's folder. */
export async function probeMachine(needs: readonly Need[]): Promise<Machine> {
  const parts = needs.filter((need): need is OsPartName => need !== "pulumi");
  const [missing, root, engine] = await Promise.all([missingParts(parts), probeRoot(), probeEngine(needs)]);
  mkdirSync(cacheFolder(), { recursive: true });
  const { bavail, bsize } = statfsSync(cacheFolder());
  return {
    platform: process.platform,
    arch: process.arch,
    node: process.versions.node,
    hasNpm: findCommand("npm") !== undefined,
    hasFlock: findCommand("flock") !== undefined,
    hasApt: findCommand("apt-get") !== undefined,
    root,
    missing,
    engine,
    freeBytes: bavail * bsize,
  };
}

async function probeRoot(): Promise<Machine["root"]> {
  if (process.getuid?.() === 0) return "root";
  try {
    await promisify(execFile)("sudo", ["-n", "true"], { timeout: 5_000 });
    return "sudo";
  } catch {
    return "no";
  }
}

async function probeEngine(needs: readonly Need[]): Promise<Machine["engine"]> {
  if (!needs.includes("pulumi") || (await findPulumi()) !== undefined) return "present";
  if ((await findGo()) !== undefined) return "go";
  if (findCommand("pip3") !== undefined || findCommand("pip") !== undefined) return "pip";
  const plan = planTiers(process.env["SLUICE_TOOLCHAIN"], undefined, readRefusal(refusalFile("engine")), Date.now());
  return plan.ok && plan.tiers.includes("official") ? "installable" : "no";
}
