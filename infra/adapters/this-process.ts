import { randomUUID } from "node:crypto";
import { readlinkSync } from "node:fs";
import { hostname } from "node:os";
import type { Holder } from "../driver/ports.ts";

/** This process, as others get to know it. */
export function thisProcess(actor: string): Holder {
  const { pid } = process;
  return { id: randomUUID(), who: `${actor} on ${hostname()}, process ${pid}`, machine: machine(), pid };
}

/** Whether a process of this machine has ended; false for those of others, of which nobody here can know. */
export function isGone(holder: Pick<Holder, "machine" | "pid">): boolean {
  if (holder.machine !== machine()) return false;
  try {
    process.kill(holder.pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
}

/** Containers may share a host's name and not see each other's processes. */
function machine(): string {
  try {
    return `${hostname()} ${readlinkSync("/proc/self/ns/pid")}`;
  } catch {
    return hostname();
  }
}
