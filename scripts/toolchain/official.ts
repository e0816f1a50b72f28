import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { cacheFolder } from "./bootstrap/cache.mjs";
import { withLock } from "./bootstrap/lock.mjs";
import type { Progress } from "./progress.ts";
import { ENGINE_VERSION, type Refusal } from "./tiers.ts";

/** Where the Automation API's own installer gets its script; asked first, since the installer has no time limit. */
const INSTALL_SCRIPT = "https://get.pulumi.com/install.sh";
const ANSWER_LIMIT_MS = 5_000;
const INSTALL_LIMIT_MS = 300_000;

/** Folder of the official installation: `bin/pulumi` and its bundled plugins. */
export function officialHome(): string {
  return join(cacheFolder(), `pulumi-official-${ENGINE_VERSION}`);
}

/** The official engine if it was installed before. */
export function findOfficial(): string | undefined {
  const pulumi = join(officialHome(), "bin", "pulumi");
  return existsSync(pulumi) ? pulumi : undefined;
}

/** Installs Pulumi by its own installer; a refusal is remembered. Undefined where it can't be had. */
export async function installOfficial(progress: Progress): Promise<string | undefined> {
  return withLock(
    `pulumi-official-${ENGINE_VERSION}`,
    async () => {
      const installed = findOfficial();
      if (installed !== undefined) return installed;
      progress("Asking for Pulumi's own installer...");
      const problem = (await whyUnreachable()) ?? (await runInstaller());
      const pulumi = findOfficial();
      if (problem === undefined && pulumi !== undefined) return pulumi;
      rmSync(officialHome(), { recursive: true, force: true });
      const reason = problem ?? "the installer left no pulumi";
      writeRefusal(refusalFile("engine"), reason);
      progress(`Pulumi's own installer can't be had here (${reason}); not tried again for a day`);
      return undefined;
    },
    progress,
  );
}

async function whyUnreachable(): Promise<string | undefined> {
  try {
    const answer = await fetch(INSTALL_SCRIPT, { method: "HEAD", signal: AbortSignal.timeout(ANSWER_LIMIT_MS) });
    return answer.ok ? undefined : `HTTP ${answer.status}`;
  } catch (error) {
    const { cause, message } = error as Error;
    return cause instanceof Error ? cause.message : message;
  }
}

/** In a process of its own, which can be ended when the time is up. */
async function runInstaller(): Promise<string | undefined> {
  const script = fileURLToPath(new URL("install-official.ts", import.meta.url));
  const signal = AbortSignal.timeout(INSTALL_LIMIT_MS);
  const child = spawn(process.execPath, [script, officialHome()], { stdio: ["ignore", "ignore", "pipe"], signal });
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (said += text));
  try {
    const [code] = (await once(child, "close")) as [number | null];
    return code === 0 ? undefined : (said.trim().split("\n").at(-1) ?? `it ended with ${code}`);
  } catch (error) {
    return signal.aborted ? `not done within ${INSTALL_LIMIT_MS / 1000} s` : String(error);
  }
}

/** File that remembers a refused download (`engine`, or `plugins`). */
export function refusalFile(what: string): string {
  return join(cacheFolder(), `refused-${what}.json`);
}

/** What was refused and when, if anything was. */
export function readRefusal(file: string): Refusal | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Refusal;
  } catch {
    return undefined; // None, or a torn one: worth no more than another try.
  }
}

export function writeRefusal(file: string, reason: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify({ reason, at: Date.now() } satisfies Refusal));
}
