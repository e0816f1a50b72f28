import { appendFileSync, globSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { Between } from "../compose.ts";
import type { Strike } from "./begin-driver.ts";

/** Where a driver's process group is killed, or stopped: at its n-th call of one kind, e.g. `host-a lease#2`. */
export interface KillPoint {
  readonly call: string;
  /** Before the call has an effect, after it has, or (of the engine, which takes long) in the middle. */
  readonly when: "before" | "half" | "after";
}

/** Calls of the ports that change something; the others only look. */
const effects: ReadonlySet<string> = new Set(["append", "add", "up", "prepare", "lease", "clear", "settle", "collect"]);

/** How far into Pulumi's own `update` its driver is struck, in milliseconds: resources are changing then. */
const halfway = 300;

/** Pulumi previews first, and takes its lock on the stack with the `update`. */
async function halfOfUp(): Promise<void> {
  const backend = process.env["PULUMI_BACKEND_URL"] ?? "";
  if (!backend.startsWith("file://"))
    throw new Error("expected Pulumi's state in a folder: its locks tell how far it is");
  const locks = join(fileURLToPath(backend), ".pulumi", "locks", "**", "*.json");
  while (globSync(locks).length === 0) await sleep(20);
  await sleep(halfway);
}

export interface KillOptions {
  /** A file that gets the name of every call that is made, a line each. */
  readonly log: string;
  readonly point: KillPoint | null;
  readonly strike: Strike;
}

/** Counts the calls that change something, and kills or stops this process with all its group at one of them. */
export function strikingAt({ log, point, strike }: KillOptions): Between {
  const counts = new Map<string, number>();
  const next = (name: string): string => {
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    return `${name}#${count}`;
  };
  return (name, port) =>
    new Proxy(port, {
      get: (target, method, receiver) => {
        const value: unknown = Reflect.get(target, method, receiver);
        if (typeof value !== "function" || typeof method !== "string" || !effects.has(method)) return value;
        return async (...args: readonly unknown[]) => {
          const call = next(nameOf(name, method, args));
          appendFileSync(log, `${call}\n`);
          const when = point?.call === call ? point.when : null;
          if (when === "before") await struck(strike);
          if (when === "half") void halfOfUp().then(() => struck(strike));
          const result: unknown = await Reflect.apply(value, target, args);
          if (when === "after") await struck(strike);
          return result;
        };
      },
    });
}

/** `ledger append step`, `host-a lease`, `engine up`. */
function nameOf(port: string, method: string, args: readonly unknown[]): string {
  const event = args.find((arg): arg is { kind: string } => typeof arg === "object" && arg !== null && "kind" in arg);
  return method === "append" && event ? `${port} append ${event.kind}` : `${port} ${method}`;
}

/** Resolves once a group that was stopped goes on. */
async function struck(strike: Strike): Promise<void> {
  process.kill(-process.pid, strike);
  // Nothing more is begun before the signal has come.
  await sleep(strike === "SIGSTOP" ? 100 : 60_000);
}
