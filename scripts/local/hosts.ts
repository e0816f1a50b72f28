import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { engineProcesses, findEngine, type UsableEngine } from "./engine.ts";
import { engineAnswers } from "./engine-api.ts";
import type { OnProgress } from "./errors.ts";
import { sweepLeftovers } from "./leftovers.ts";
import { claimPort } from "./ports.ts";
import { createRunFolder } from "./run-folder.ts";
import { prepareSshd, type SshAccess, sshGreets } from "./sshd.ts";
import { startSupervised } from "./supervised.ts";

export interface LocalHostSpec {
  readonly name: string;
  /** Loopback address of the host's own, e.g. `127.0.1.1`. */
  readonly address: string;
  /** An sshd on this port of its address (0 takes a free one). Without it the shell is the local one. */
  readonly sshPort?: number;
}

export interface LocalHostsOptions {
  readonly hosts: readonly LocalHostSpec[];
  /**
   * Where their engines come from.
   * @default private ones where dockerd is here and we are root, else the engine that answers
   */
  readonly source?: UsableEngine;
  readonly onProgress?: OnProgress;
}

/** One host of the demo or a test: an engine, a file-system root, an address and a shell. */
export interface LocalHost {
  readonly name: string;
  readonly address: string;
  readonly engine: {
    readonly kind: "unix";
    readonly socket: string;
    /** The engine was there before us, and other hosts have the same one: containers need names that differ. */
    readonly shared: boolean;
  };
  /** Folder that stands for the host's own `/datadisk`; removed with the host. */
  readonly root: string;
  readonly shell: { readonly kind: "local" } | ({ readonly kind: "ssh" } & SshAccess);
  /** Folder with its logs (`logs/*.log`) while it runs. */
  readonly folder: string;
  readonly pids: Readonly<Record<string, number>>;
  /** Ends the host, its containers and whatever it started, and removes its files. Safe to call again. */
  stop(): Promise<void>;
}

export interface LocalHosts {
  readonly hosts: readonly LocalHost[];
  stop(): Promise<void>;
}

/**
 * Brings hosts up, all at once. They end with `stop`, and by themselves when this process ends.
 * @throws LocalSetupError when something is missing, doesn't start, or a port is taken; then none is left running.
 */
export async function startHosts({
  hosts,
  source,
  onProgress = () => undefined,
}: LocalHostsOptions): Promise<LocalHosts> {
  const engine = source ?? (await findEngine());
  await sweepLeftovers(onProgress);
  const starts = await Promise.allSettled(hosts.map((spec) => startHost(spec, engine, onProgress)));
  const started = starts.flatMap((start) => (start.status === "fulfilled" ? [start.value] : []));
  const stop = async () => {
    await Promise.all(started.map((host) => host.stop()));
  };
  const failed = starts.find((start) => start.status === "rejected");
  if (failed) {
    await stop();
    throw failed.reason;
  }
  return { hosts: started, stop };
}

async function startHost(
  { name, address, sshPort }: LocalHostSpec,
  source: UsableEngine,
  onProgress: OnProgress,
): Promise<LocalHost> {
  const port = sshPort === undefined ? undefined : await claimPort(address, sshPort, `sshd of ${name}`);
  const folder = createRunFolder("host");
  const root = join(folder, "root");
  mkdirSync(root, { mode: 0o755 });
  const sshd = port === undefined ? undefined : prepareSshd(folder, address, port);
  const shared = source.kind === "shared";
  const socket = shared ? source.socket : join(folder, "docker.sock");
  const processes = [...(shared ? [] : engineProcesses(folder)), ...(sshd ? [sshd.process] : [])];

  onProgress(`${name}: starting ${processes.map((process) => process.name).join(", ") || `on ${socket}`}`);
  const supervised = await startSupervised(folder, processes);
  try {
    if (!shared) await supervised.untilReady("dockerd", () => engineAnswers(socket));
    if (sshd) await supervised.untilReady("sshd", () => sshGreets(sshd.access.host, sshd.access.port));
  } catch (error) {
    await supervised.stop();
    throw error;
  }
  onProgress(`${name}: ready`);
  return {
    name,
    address,
    engine: { kind: "unix", socket, shared },
    root,
    shell: sshd ? { kind: "ssh", ...sshd.access } : { kind: "local" },
    folder,
    pids: supervised.pids,
    stop: () => supervised.stop(),
  };
}
