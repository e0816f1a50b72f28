import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { findProgram } from "./programs.ts";

/** Names that bridges of an engine's networks have on the machine, from the bytes of its network store. */
export function bridgeNames(store: string): readonly string[] {
  const ids = store.match(/\b[0-9a-f]{64}\b/g) ?? [];
  return [...new Set(ids)].map((id) => `br-${id.slice(0, 12)}`);
}

/** Removes the bridges that an engine has left behind: it keeps them when it ends, and has no time to when it is killed. */
export function removeBridges(folder: string): void {
  const store = join(folder, "data/network/files/local-kv.db");
  const ip = findProgram("ip");
  if (!ip || !existsSync(store)) return;
  for (const name of bridgeNames(readFileSync(store, "latin1"))) {
    if (existsSync(`/sys/class/net/${name}`)) execFileSync(ip, ["link", "delete", name]);
  }
}
