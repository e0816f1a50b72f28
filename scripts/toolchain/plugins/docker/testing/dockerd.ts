import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import Docker from "dockerode";

export interface TestDocker {
  readonly docker: Docker;
  readonly socket: string;
  readonly folder: string;
  stop(): Promise<void>;
}

const START_TRIES = 240;
const PAUSE_MS = 250;

/** A Docker engine of the test's own: no bridge, no firewall rules, everything in one temporary folder. */
export async function startDocker(flags: (folder: string) => readonly string[] = () => []): Promise<TestDocker> {
  const folder = mkdtempSync(join(tmpdir(), "sluice-docker-"));
  const socket = join(folder, "docker.sock");
  const daemon = spawn(
    "dockerd",
    [
      ...["--data-root", join(folder, "data"), "--exec-root", join(folder, "exec"), "-p", join(folder, "pid")],
      ...["-H", `unix://${socket}`, "--bridge=none", "--iptables=false", "--ip-forward=false", "--ip-masq=false"],
      ...flags(folder),
    ],
    { stdio: ["ignore", "ignore", "pipe"] },
  );
  daemon.stderr.pipe(createWriteStream(join(folder, "log")));
  const docker = new Docker({ socketPath: socket });
  const stop = async () => {
    if (daemon.exitCode === null) {
      daemon.kill();
      await once(daemon, "exit");
    }
    unmountUnder(folder);
    rmSync(folder, { recursive: true, force: true });
  };
  for (let tries = 0; tries < START_TRIES; tries++) {
    if (
      await docker.ping().then(
        () => true,
        () => false,
      )
    )
      return { docker, socket, folder, stop };
    await sleep(PAUSE_MS);
  }
  await stop();
  throw new Error(`dockerd did not answer within ${(START_TRIES * PAUSE_MS) / 1000} s`);
}

/** The daemon leaves its network namespace mounted. */
function unmountUnder(folder: string): void {
  const mounted = readFileSync("/proc/self/mounts", "utf8")
    .split("\n")
    .map((line) => line.split(" ")[1] ?? "");
  for (const path of mounted.filter((path) => path.startsWith(`${folder}/`)).reverse()) execFileSync("umount", [path]);
}
