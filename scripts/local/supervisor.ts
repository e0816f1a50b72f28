// Runs the processes of one run folder, for as long as its standard input stays open: it closes when the process that
// holds the other end stops us or dies, however it dies. Then everything is ended and the folder removed.
import { spawn } from "node:child_process";
import { mkdirSync, openSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { endFolder } from "./end-folder.ts";
import { writeOwner } from "./owner.ts";
import { searchPath } from "./programs.ts";
import { findProcess } from "./processes.ts";
import type { ProcessSpec, SupervisorMessage, SupervisorOrder } from "./supervised.ts";

function tell(message: SupervisorMessage): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}

function run({ folder, processes, user }: SupervisorOrder): void {
  const self = findProcess(process.pid);
  if (!self) throw new Error("/proc is needed");
  writeOwner(folder, { supervisor: { pid: self.pid, startTime: self.startTime }, user });
  mkdirSync(join(folder, "logs"), { recursive: true });
  const pids = Object.fromEntries(processes.map((spec) => [spec.name, runOne(folder, spec)]));
  tell({ event: "started", pids });
}

function runOne(folder: string, { name, command, args, env, uid, gid }: ProcessSpec): number {
  const log = openSync(join(folder, "logs", `${name}.log`), "a");
  const child = spawn(command, args, {
    cwd: folder,
    stdio: ["ignore", log, log],
    env: { ...process.env, PATH: searchPath(), ...env },
    ...(uid === undefined ? {} : { uid }),
    ...(gid === undefined ? {} : { gid }),
  });
  child.once("error", (error) => tell({ event: "exited", name, how: error.message }));
  child.once("exit", (code, signal) => tell({ event: "exited", name, how: signal ?? `code ${code}` }));
  return child.pid ?? 0;
}

let folder = "";
let ending = false;

async function end(): Promise<void> {
  if (ending) return;
  ending = true;
  if (folder) await endFolder(folder);
  process.exit(0);
}

for (const signal of ["SIGINT", "SIGHUP"] as const) process.on(signal, () => undefined); // meant for our user
process.on("SIGTERM", () => void end());
process.stdout.on("error", () => undefined); // our user is gone; the input's end tells us too
const lines = createInterface({ input: process.stdin });
lines.on("close", () => void end());
lines.once("line", (line) => {
  const order = JSON.parse(line) as SupervisorOrder;
  folder = order.folder;
  run(order);
});
