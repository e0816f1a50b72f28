import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { removeBridges } from "./bridges.ts";
import { emptyEngine } from "./engine-api.ts";
import { LocalSetupError } from "./errors.ts";
import { mountsBelow } from "./mounts.ts";
import {
  isAlive,
  listProcesses,
  type ProcessEntry,
  processesInGroups,
  processesOf,
  withDescendants,
} from "./processes.ts";

interface Ending {
  readonly program: string;
  /** What asks it to end at once but in good order. */
  readonly signal: NodeJS.Signals;
  readonly graceMs: number;
}

/** What a run folder's processes may be, in the order in which they are ended. */
const ENDINGS: readonly Ending[] = [
  { program: "dockerd", signal: "SIGTERM", graceMs: 20_000 },
  { program: "docker-proxy", signal: "SIGTERM", graceMs: 1_000 },
  { program: "containerd", signal: "SIGTERM", graceMs: 5_000 },
  { program: "containerd-shim-runc-v2", signal: "SIGTERM", graceMs: 500 },
  { program: "sshd", signal: "SIGTERM", graceMs: 2_000 },
  { program: "postgres", signal: "SIGINT", graceMs: 10_000 },
  { program: "docker-registry", signal: "SIGTERM", graceMs: 2_000 },
];

/**
 * Ends everything that runs for a run folder (containers, servers and what they started), unmounts what is mounted
 * below it and removes it. Safe to call again and by several at once.
 * @throws LocalSetupError when something stays mounted: then no file is removed, it may be another folder's.
 */
export async function endFolder(folder: string): Promise<void> {
  const socket = join(folder, "docker.sock");
  if (existsSync(socket)) await emptyEngine(socket).catch(() => undefined); // the engine may be dead already
  for (const ending of ENDINGS) await endProgram(folder, ending);
  await endOrphans(folder);
  removeBridges(folder);
  unmountBelow(folder);
  await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
}

async function endProgram(folder: string, { program, signal, graceMs }: Ending): Promise<void> {
  const all = listProcesses();
  const roots = processesOf(all, folder, [program]);
  const ours = withDescendants(all, roots); // seen before the parents end: an orphan can't be told from a stranger
  for (const { pid } of roots) kill(pid, signal);
  await untilEnded(roots, graceMs);
  for (const one of ours) if (isAlive(one)) kill(one.pid, "SIGKILL");
  await untilEnded(ours, 5_000);
}

/** Ends what runs in containers whose shim was killed: nothing but the control group's name tells whose they are. */
async function endOrphans(folder: string): Promise<void> {
  const containers = join(folder, "data/containers");
  if (!existsSync(containers)) return;
  const orphans = processesInGroups(listProcesses(), readdirSync(containers));
  for (const { pid } of orphans) kill(pid, "SIGKILL");
  await untilEnded(orphans, 5_000);
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

async function untilEnded(processes: readonly ProcessEntry[], timeoutMs: number): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (processes.some(isAlive) && performance.now() < deadline) await sleep(50);
}

function unmountBelow(folder: string): void {
  const mounted = () => mountsBelow(readFileSync("/proc/self/mountinfo", "utf8"), folder);
  for (const flags of [[], ["-l"]]) {
    for (const path of mounted()) {
      try {
        execFileSync("umount", [...flags, path], { stdio: "ignore" });
      } catch {
        // seen below
      }
    }
  }
  const left = mounted();
  if (left.length > 0) throw new LocalSetupError(`still mounted, so ${folder} was not removed: ${left.join(", ")}`);
}
