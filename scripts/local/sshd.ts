import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { userInfo } from "node:os";
import { join } from "node:path";
import { requireProgram } from "./programs.ts";
import type { ProcessSpec } from "./supervised.ts";

/** All that is needed to log in. */
export interface SshAccess {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** OpenSSH format. */
  readonly privateKey: string;
  readonly privateKeyFile: string;
  /** The server's public key, e.g. `ssh-ed25519 AAAA...`. */
  readonly hostKey: string;
  readonly knownHostsFile: string;
}

export interface Sshd {
  readonly access: SshAccess;
  readonly process: ProcessSpec;
}

export function sshdConfig(folder: string, address: string, port: number, pam: boolean): string {
  return [
    `ListenAddress ${address}:${port}`,
    `HostKey ${join(folder, "ssh_host_key")}`,
    `AuthorizedKeysFile ${join(folder, "authorized_keys")}`,
    `PidFile ${join(folder, "sshd.pid")}`,
    "PermitRootLogin prohibit-password",
    "PubkeyAuthentication yes",
    "PasswordAuthentication no",
    "KbdInteractiveAuthentication no",
    `UsePAM ${pam ? "yes" : "no"}`,
    "StrictModes no", // it would mind that /tmp is everybody's; the folder itself is ours alone
    "UseDNS no",
    "PrintMotd no",
    // bash would read the user's own start-up files, as it does below any sshd: slow ones, and whatever they leave behind.
    "SetEnv SHLVL=1",
    "MaxSessions 100",
    "MaxStartups 100",
    "Subsystem sftp internal-sftp",
    "",
  ].join("\n");
}

/** Ubuntu locks root's password, and sshd refuses a locked user unless PAM decides. */
export function isLocked(shadow: string, user: string): boolean {
  const line = shadow.split("\n").find((entry) => entry.startsWith(`${user}:`));
  return line?.split(":")[1]?.startsWith("!") ?? false;
}

/** By OpenSSH itself: of what ssh2 1.17 generates, it can't read one key in 256. */
function generateKeys(folder: string, name: string): { file: string; private: string; public: string } {
  const file = join(folder, name);
  execFileSync(requireProgram("ssh-keygen", "openssh-client"), ["-q", "-t", "ed25519", "-N", "", "-C", "", "-f", file]);
  return { file, private: readFileSync(file, "utf8"), public: readFileSync(`${file}.pub`, "utf8") };
}

/** Keys and config of an sshd in a folder, for the user who runs this. */
export function prepareSshd(folder: string, address: string, port: number): Sshd {
  const command = requireProgram("sshd", "openssh-server");
  const { username, uid } = userInfo();
  const [host, user] = [generateKeys(folder, "ssh_host_key"), generateKeys(folder, "ssh_user_key")];
  const file = (name: string, text: string) => {
    const path = join(folder, name);
    writeFileSync(path, text.endsWith("\n") ? text : `${text}\n`, { mode: 0o600 });
    return path;
  };
  file("authorized_keys", user.public);
  const pam = uid === 0 && isLocked(readFileSync("/etc/shadow", "utf8"), username);
  const config = file("sshd_config", sshdConfig(folder, address, port, pam));
  if (uid === 0) mkdirSync("/run/sshd", { recursive: true, mode: 0o755 }); // sshd insists on it
  return {
    access: {
      host: address,
      port,
      user: username,
      privateKey: user.private,
      privateKeyFile: user.file,
      hostKey: host.public.trim(),
      knownHostsFile: file("known_hosts", `[${address}]:${port} ${host.public}`),
    },
    process: { name: "sshd", command, args: ["-D", "-e", "-f", config] },
  };
}

/** Whether an SSH server greets there. */
export function sshGreets(address: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port, timeout: 1_000 });
    const done = (greeted: boolean) => {
      socket.destroy();
      resolve(greeted);
    };
    socket.once("data", (data) => done(data.toString().startsWith("SSH-")));
    socket.once("error", () => done(false));
    socket.once("timeout", () => done(false));
    socket.once("close", () => done(false));
  });
}
