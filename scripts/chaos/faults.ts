import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Line } from "../e2e/testing/outage.ts";
import { gatewayContainerName } from "../../infra/model/names.ts";
import type { DockerDaemon } from "../e2e/testing/docker-daemon.ts";
import type { LocalHost } from "../local/hosts.ts";
import { engineAt } from "../local/images.ts";
import { listProcesses, withDescendants } from "../local/processes.ts";

/** A host that faults are made on: its shell is reached by a line of ours, and its root is a small file system. */
export interface Victim {
  readonly host: LocalHost;
  readonly line: Line;
  readonly daemon: DockerDaemon;
}

/** Something that goes wrong with one host. */
export interface Fault {
  readonly name:
    "unreachable" | "refusing config" | "engine down" | "engine restarted" | "gateway killed" | "disk full" | "slow";
  /** Whether users of that host are served all the same: then they lose nothing either. */
  readonly serves: boolean;
  inject(victim: Victim): void | Promise<void>;
  /** Safe to call again. */
  heal(victim: Victim): void | Promise<void>;
}

/** One way over a slow line, in milliseconds. */
const slowness = 400;

export const faults: readonly Fault[] = [
  {
    name: "unreachable",
    serves: true,
    inject: ({ line }) => line.cut(),
    heal: ({ line }) => line.mend(),
  },
  {
    name: "refusing config",
    serves: true,
    // Somebody left a file that nginx can't read: whatever is applied next is refused.
    inject: ({ host }) => writeFileSync(broken(host), "nonsense;\n"),
    heal: ({ host }) => rmSync(broken(host), { force: true }),
  },
  {
    name: "engine down",
    serves: true,
    inject: ({ daemon }) => daemon.hang(),
    heal: ({ daemon }) => daemon.wake(),
  },
  {
    name: "engine restarted",
    serves: false,
    // It takes its containers with it, gateway and slots, and starts them again: nobody is served there meanwhile.
    inject: ({ daemon }) => daemon.restart(),
    heal: ({ daemon }) => daemon.back(),
  },
  {
    name: "gateway killed",
    serves: false,
    // With every request that it was at. Docker starts its container again.
    inject: ({ host }) => killGateway(host),
    heal: () => undefined,
  },
  {
    name: "disk full",
    serves: true,
    inject: ({ host }) => fill(host.root),
    heal: ({ host }) => rmSync(join(host.root, "filler"), { recursive: true, force: true }),
  },
  {
    name: "slow",
    serves: true,
    inject: ({ line }) => line.slow(slowness),
    heal: ({ line }) => line.slow(0),
  },
];

/**
 * Makes a host's root a file system of its own that can be filled up; needs root. It is taken away again by what is
 * returned, or when this process ends.
 */
export function mountSmallRoot({ root }: LocalHost): () => void {
  execFileSync("mount", ["-t", "tmpfs", "-o", "size=32m,nr_inodes=20000,mode=755", "tmpfs", root]);
  const unmount = () => {
    process.off("exit", unmount);
    execFileSync("umount", ["-l", root], { stdio: "ignore" });
  };
  process.once("exit", unmount);
  return unmount;
}

function broken({ root }: LocalHost): string {
  return join(root, "sluice", "conf", "live", "http.d", "zz.broken.conf");
}

/** Master and workers, in the middle of what they do. */
async function killGateway({ engine, name: host }: LocalHost): Promise<void> {
  const container = engineAt(engine.socket).getContainer(gatewayContainerName({ environment: "local", host }));
  const { State } = await container.inspect();
  const all = listProcesses();
  const master = all.filter(({ pid }) => pid === State.Pid);
  if (master.length === 0) throw new Error(`${host} has no gateway that runs`);
  for (const { pid } of withDescendants(all, master)) {
    try {
      process.kill(pid, "SIGKILL");
    } catch (error) {
      // A worker may have ended with its master.
      if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
    }
  }
}

/** Uses up every block and every inode, but for what rounding leaves. */
function fill(root: string): void {
  const folder = join(root, "filler");
  mkdirSync(folder, { recursive: true });
  for (const size of [1_000_000, 4_096]) {
    untilFull(() => writeFileSync(join(folder, `block-${size}-${readdirSync(folder).length}`), Buffer.alloc(size)));
  }
  let count = 0;
  untilFull(() => writeFileSync(join(folder, `name-${count++}`), ""));
}

function untilFull(write: () => void): void {
  for (;;) {
    try {
      write();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
      return;
    }
  }
}
