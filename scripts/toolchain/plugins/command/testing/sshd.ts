import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { JsonObject } from "../../shared/rpc.ts";

const SSHD = "/usr/sbin/sshd";
const START_MS = 10_000;

export interface Sshd {
  readonly folder: string;
  /** The private key that signs root in. */
  readonly key: string;
  readonly hostKey: string;
  /** The inputs of a connection to it, with defaults filled in. */
  readonly connection: JsonObject;
  stop(): Promise<void>;
}

/** A private OpenSSH server with keys of its own. Needs root, since it signs in to root's account. */
export async function startSshd(address: string, port: number, settings: readonly string[] = []): Promise<Sshd> {
  const folder = mkdtempSync(join(tmpdir(), "sluice-sshd-"));
  for (const name of ["host", "user"]) {
    execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", name, "-f", join(folder, name)]);
  }
  // Its folder for unprivileged children, which the package's service makes at boot.
  mkdirSync("/run/sshd", { recursive: true });
  const config = [
    `ListenAddress ${address}:${port}`,
    `HostKey ${folder}/host`,
    `AuthorizedKeysFile ${folder}/user.pub`,
    "PidFile none",
    "StrictModes no",
    "UsePAM no",
    "PermitRootLogin prohibit-password",
    "SetEnv SHLVL=1", // bash reads no start-up files of the user then
    "Subsystem sftp internal-sftp",
    ...settings,
  ];
  writeFileSync(join(folder, "config"), `${config.join("\n")}\n`);
  const child = spawn(SSHD, ["-D", "-e", "-f", join(folder, "config")], { stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => (said += chunk.toString()));
  await reachable(
    address,
    port,
    () => child.exitCode !== null,
    () => said,
  );
  const key = readFileSync(join(folder, "user"), "utf8");
  return {
    folder,
    key,
    hostKey: readFileSync(join(folder, "host.pub"), "utf8").trim(),
    connection: { host: address, port, user: "root", privateKey: key, dialErrorLimit: 10, perDialTimeout: 15 },
    async stop() {
      child.kill();
      if (child.exitCode === null) await once(child, "exit");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function reachable(address: string, port: number, isOver: () => boolean, said: () => string): Promise<void> {
  for (const end = Date.now() + START_MS; Date.now() < end && !isOver(); await sleep(50)) {
    const socket = connect(port, address);
    const isOpen = await Promise.race([
      once(socket, "connect").then(() => true),
      once(socket, "close").then(() => false),
    ]).catch(() => false);
    socket.destroy();
    if (isOpen) return;
  }
  throw new Error(`sshd didn't start: ${said()}`);
}
