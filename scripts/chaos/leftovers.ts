import { execFileSync } from "node:child_process";
import { globSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { streamOf } from "../../infra/ledger/event.ts";
import { isRunning } from "../../infra/adapters/processes.ts";
import type { LocalHost } from "../local/hosts.ts";
import { service, type Stage } from "../e2e/testing/stage.ts";
import { orphans } from "./settled.ts";

/**
 * What a driver left that is over: locks that nobody holds (Pulumi's, ours, those of hosts), processes that nobody waits for,
 * containers that nobody declares. In words, none when all is well.
 * @param variable in the environment of all its processes
 */
export async function leftovers(stage: Stage, variable: string): Promise<readonly string[]> {
  const { world } = stage;
  const locks = globSync("**/*", { cwd: join(world.state, ".pulumi", "locks"), withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return [
    ...locks.map(({ name }) => `Pulumi's lock ${name} is left`),
    ...ownLock(stage.env),
    ...(await holder(stage)),
    ...world.hosts.flatMap(hostLocks),
    ...processesWith(variable).map((process) => `a process is left: ${process}`),
    ...(await orphans(stage)),
  ];
}

/** Ours, of the file in which Pulumi notes the stack that was selected; commands of others on this machine may have it. */
function ownLock(env: Readonly<Record<string, string>>): readonly string[] {
  const home = env["PULUMI_HOME"] ?? join(env["HOME"] ?? homedir(), ".pulumi");
  try {
    const pid = Number(readFileSync(join(home, "workspaces", "sluice.lock"), "utf8"));
    return pid > 0 && !isRunning(pid) ? [`the lock of process ${pid}, which has ended, is left in ${home}`] : [];
  } catch {
    return [];
  }
}

async function holder({ world }: Stage): Promise<readonly string[]> {
  const ledger = await world.open();
  try {
    const held = await ledger.heldBy(streamOf("local", service));
    return held && held.remainingSeconds > 0 ? [`${held.holder.who} still holds the service`] : [];
  } finally {
    await ledger.close();
  }
}

/** Locks of the host script; it has them for as long as a call takes. */
function hostLocks({ name, root }: LocalHost): readonly string[] {
  return globSync("**/lock", { cwd: join(root, "sluice") }).flatMap((lock) => {
    try {
      execFileSync("flock", ["-w", "5", join(root, "sluice", lock), "true"], { stdio: "ignore" });
      return [];
    } catch {
      return [`${lock} of ${name} is held`];
    }
  });
}

/** Command lines of processes that have this in their environment. */
function processesWith(variable: string): readonly string[] {
  return globSync("/proc/[0-9]*/environ").flatMap((path) => {
    try {
      if (!readFileSync(path, "utf8").split("\0").includes(variable)) return [];
      return [readFileSync(path.replace("environ", "cmdline"), "utf8").replaceAll("\0", " ").trim()];
    } catch {
      return []; // It has just ended, or is somebody else's.
    }
  });
}
