import { copyFileSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import type { OnProgress } from "./errors.ts";
import { type LocalHost, startHosts } from "./hosts.ts";
import { engineAt, push } from "./images.ts";
import { publishImages } from "./publish.ts";
import { startRegistry } from "./registry.ts";

/** Where stacks/config/local.yaml looks for the hosts' sockets, roots and keys, whatever run they belong to. */
export const localFolder = join(homedir(), ".cache", "sluice", "local");

/** With these, commands work on the `local` environment: its ledger and Pulumi's state are beside its hosts. */
export function localVariables(): Record<string, string> {
  return {
    PULUMI_BACKEND_URL: `file://${join(localFolder, "state")}`,
    PULUMI_CONFIG_PASSPHRASE: "demo",
    SLUICE_CONFIG_DIR: join(import.meta.dirname, "../../stacks/config"),
  };
}

const registryPort = 25_000;
const specs = [
  { name: "host-a", address: "127.0.1.1" },
  { name: "host-b", address: "127.0.2.1", sshPort: 25_022 },
] as const;

/** What stacks/config/local.yaml declares an environment on, up and running. */
export interface LocalEnvironment {
  /** Releases of the sample in the registry, by version: `repository@sha256:...`. */
  readonly releases: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/**
 * Brings up the hosts and the registry of the `local` environment and publishes the sample's releases for both
 * organisations. Ledger and Pulumi's state of such an environment are kept beside it and go with it.
 * @throws LocalSetupError when something is missing or a port is taken; nothing is left running then.
 */
export async function startLocalEnvironment(onProgress: OnProgress): Promise<LocalEnvironment> {
  const local = await startHosts({ hosts: specs, onProgress });
  let stopRegistry = () => Promise.resolve();
  const stop = async () => {
    await Promise.all([local.stop(), stopRegistry()]);
    rmSync(localFolder, { recursive: true, force: true });
  };
  try {
    const registry = await startRegistry({ port: registryPort, onProgress });
    stopRegistry = () => registry.stop();
    layOut(local.hosts);
    const [first] = local.hosts;
    if (!first) throw new TypeError("no host");
    const engine = engineAt(first.engine.socket);
    const { nginx, releases } = await publishImages({ engine, registry: registry.host, onProgress });
    // The names under which stacks/config/local.yaml knows them.
    await push(engine, nginx, `${registry.host}/sluice/nginx`, "local");
    for (const [version, image] of Object.entries(releases)) {
      await push(engine, image, `${registry.host}/org2/react-ui`, version);
    }
    return { releases, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Links from the settings' fixed places to this run's folders. */
function layOut(hosts: readonly LocalHost[]): void {
  rmSync(localFolder, { recursive: true, force: true });
  for (const { name, engine, root, shell } of hosts) {
    const folder = join(localFolder, name);
    mkdirSync(folder, { recursive: true, mode: 0o755 });
    symlinkSync(engine.socket, join(folder, "docker.sock"));
    symlinkSync(root, join(folder, "datadisk"));
    if (shell.kind !== "ssh") continue;
    mkdirSync(join(localFolder, "ssh"), { recursive: true, mode: 0o700 });
    copyFileSync(shell.privateKeyFile, join(localFolder, "ssh", "key"));
    writeFileSync(join(folder, "ssh_host_ed25519_key.pub"), `${shell.hostKey}\n`);
  }
  mkdirSync(join(localFolder, "state"), { recursive: true, mode: 0o700 });
}
