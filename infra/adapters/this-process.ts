import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import type { Holder } from "../driver/ports.ts";
import { isRunning, machine } from "./processes.ts";

/** This process, as others get to know it. */
export function thisProcess(actor: string): Holder {
  const { pid } = process;
  return { id: randomUUID(), who: `${actor} on ${hostname()}, process ${pid}`, machine: machine(), pid };
}

/** Whether a process of this machine has ended; false for those of others, of which nobody here can know. */
export function isGone(holder: Pick<Holder, "machine" | "pid">): boolean {
  return holder.machine === machine() && !isRunning(holder.pid);
}
