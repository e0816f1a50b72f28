import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";

/** Where a process's number means something: containers may share a host's name and not see each other's processes. */
export function machine(): string {
  try {
    return `${hostname()} ${readlinkSync("/proc/self/ns/pid")}`;
  } catch {
    return hostname();
  }
}

/** Whether a process of this machine runs. One that has ended and that nobody has asked how doesn't. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
  return !"ZX".includes(stateOf(pid));
}

/** Whether a process of this machine was stopped (SIGSTOP, Ctrl-Z) and does nothing until somebody has it go on. */
export function isStopped(pid: number): boolean {
  return stateOf(pid) === "T";
}

function stateOf(pid: number): string {
  try {
    return /^State:\s+(\w)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? "?";
  } catch {
    return "?"; // Without /proc there is no telling.
  }
}
