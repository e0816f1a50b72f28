import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Line } from "../e2e/testing/outage.ts";
import type { LocalHost } from "../local/hosts.ts";

/** A host that faults are made on: its shell is reached by a line of ours, and its root is a small file system. */
export interface Victim {
  readonly host: LocalHost;
  readonly line: Line;
}

/** Something that goes wrong with one host. */
export interface Fault {
  readonly name: "unreachable" | "refusing config" | "engine down" | "disk full" | "slow";
  /** For how long it lasts at most while a command is at work, in milliseconds; undefined until the command has ended. */
  readonly lasts?: number;
  inject(victim: Victim): void;
  heal(victim: Victim): void;
}

/** One way over a slow line, in milliseconds. */
const slowness = 400;

export const faults: readonly Fault[] = [
  {
    name: "unreachable",
    inject: ({ line }) => line.cut(),
    heal: ({ line }) => line.mend(),
  },
  {
    name: "refusing config",
    // Somebody left a file that nginx can't read: whatever is applied next is refused.
    inject: ({ host }) => writeFileSync(broken(host), "nonsense;\n"),
    heal: ({ host }) => rmSync(broken(host), { force: true }),
  },
  {
    name: "engine down",
    // Pulumi waits for an engine that hangs for as long as it takes; nothing else does.
    lasts: 30_000,
    inject: ({ host }) => process.kill(daemonOf(host), "SIGSTOP"),
    heal: ({ host }) => process.kill(daemonOf(host), "SIGCONT"),
  },
  {
    name: "disk full",
    inject: ({ host }) => fill(host.root),
    heal: ({ host }) => rmSync(join(host.root, "filler"), { recursive: true, force: true }),
  },
  {
    name: "slow",
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

function daemonOf({ pids, name }: LocalHost): number {
  const pid = pids["dockerd"];
  if (pid === undefined) throw new TypeError(`${name} has no engine of its own`);
  return pid;
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
