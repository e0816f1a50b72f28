import { readdirSync, readFileSync } from "node:fs";
import { basename } from "node:path";

/** A process for certain: a pid alone may have been given to another one since. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Clock ticks from boot to the process's start. */
  readonly startTime: number;
}

export interface ProcessEntry extends ProcessIdentity {
  readonly parent: number;
  readonly argv: readonly string[];
}

/** The fields of /proc/PID/stat that we need; `undefined` for a process that has ended (a zombie has). */
export function parseStat(stat: string): { parent: number; startTime: number } | undefined {
  // The command's name stands in brackets and may hold any character, brackets too.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [state, parent, startTime] = [fields[0], fields[1], fields[19]];
  if (state === "Z" || state === "X" || parent === undefined || startTime === undefined) return undefined;
  return { parent: Number(parent), startTime: Number(startTime) };
}

export function findProcess(pid: number): ProcessEntry | undefined {
  try {
    const stat = parseStat(readFileSync(`/proc/${pid}/stat`, "utf8"));
    const argv = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").slice(0, -1);
    return stat && { pid, ...stat, argv };
  } catch {
    return undefined; // it ended, or there never was one
  }
}

export function listProcesses(): readonly ProcessEntry[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => findProcess(Number(name)) ?? []);
}

export function isAlive({ pid, startTime }: ProcessIdentity): boolean {
  return findProcess(pid)?.startTime === startTime;
}

/** Those of `all` that run one of `programs` for `folder`, i.e. name it in their arguments. */
export function processesOf(
  all: readonly ProcessEntry[],
  folder: string,
  programs: readonly string[],
): readonly ProcessEntry[] {
  return all.filter(({ argv: [program = "", ...args] }) => {
    // Servers that rename themselves ("sshd: /usr/sbin/sshd -D -f ...") put all in the first argument.
    const [first = "", ...more] = program.split(" ");
    const words = [...more, ...args];
    const name = basename(first).replace(/:$/, "");
    return programs.includes(name) && words.some((word) => word === folder || word.includes(`${folder}/`));
  });
}

/** Those of `all` in a control group that is named for one of `containers` (full ids). */
export function processesInGroups(
  all: readonly ProcessEntry[],
  containers: readonly string[],
  groupsOf: (pid: number) => string = readGroups,
): readonly ProcessEntry[] {
  return all.filter(({ pid }) => {
    const groups = groupsOf(pid);
    return containers.some((id) => groups.includes(id));
  });
}

function readGroups(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cgroup`, "utf8");
  } catch {
    return ""; // it ended
  }
}

/** These and everything that they started, parents first. */
export function withDescendants(all: readonly ProcessEntry[], roots: readonly ProcessEntry[]): readonly ProcessEntry[] {
  const found = new Set(roots);
  for (const one of found) {
    for (const other of all) if (other.parent === one.pid) found.add(other);
  }
  return [...found];
}
