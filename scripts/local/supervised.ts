import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { LocalSetupError } from "./errors.ts";
import { findProcess, type ProcessIdentity } from "./processes.ts";

/** One process that is to run for a run folder. It must name the folder in its arguments: by that it is found again. */
export interface ProcessSpec {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly uid?: number;
  readonly gid?: number;
}

export interface SupervisorOrder {
  readonly folder: string;
  readonly processes: readonly ProcessSpec[];
  readonly user: ProcessIdentity;
}

export type SupervisorMessage =
  | { readonly event: "started"; readonly pids: Readonly<Record<string, number>> }
  | { readonly event: "exited"; readonly name: string; readonly how: string };

export interface Supervised {
  readonly folder: string;
  readonly pids: Readonly<Record<string, number>>;
  /**
   * Waits until `probe` is true.
   * @throws LocalSetupError with the end of its log when the process ended before, or the time is over.
   */
  untilReady(name: string, probe: () => Promise<boolean>, timeoutMs?: number): Promise<void>;
  /** Ends everything and removes the folder. Safe to call again. Happens by itself when this process ends. */
  stop(): Promise<void>;
}

/** Runs processes that end when this process does, even when it is killed. */
export async function startSupervised(folder: string, processes: readonly ProcessSpec[]): Promise<Supervised> {
  const user = findProcess(process.pid);
  if (!user) throw new LocalSetupError("local hosts need Linux (/proc)");
  const errors = openSync(join(folder, "supervisor.log"), "a");
  const child = spawn(process.execPath, [join(import.meta.dirname, "supervisor.ts")], {
    stdio: ["pipe", "pipe", errors],
    detached: true, // Ctrl-C in a terminal goes to the whole group; it must be us who ends, and then it cleans up
    env: { ...process.env, NODE_OPTIONS: "" },
  });
  closeSync(errors);
  const { stdin, stdout } = child;
  if (!stdin || !stdout) throw new Error("the supervisor's pipes are missing");
  const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const exited = new Map<string, string>();
  const order: SupervisorOrder = { folder, processes, user: { pid: user.pid, startTime: user.startTime } };
  stdin.on("error", () => undefined); // it is gone: `gone` tells
  stdin.write(`${JSON.stringify(order)}\n`);
  const pids = await new Promise<Readonly<Record<string, number>>>((resolve, reject) => {
    void gone.then(() => reject(new LocalSetupError(`the supervisor ended:\n${tail(folder, "supervisor.log")}`)));
    createInterface({ input: stdout }).on("line", (line) => {
      const message = JSON.parse(line) as SupervisorMessage;
      if (message.event === "started") resolve(message.pids);
      else exited.set(message.name, message.how);
    });
  });
  setReferenced(child, false); // whoever forgets to stop us still ends, and by that stops us

  return {
    folder,
    pids,
    async untilReady(name, probe, timeoutMs = 30_000) {
      const deadline = performance.now() + timeoutMs;
      while (!(await probe())) {
        const how =
          exited.get(name) ?? (performance.now() > deadline ? `not ready in ${timeoutMs / 1_000} s` : undefined);
        if (how) throw new LocalSetupError(`${name} didn't start (${how}):\n${tail(folder, `logs/${name}.log`)}`);
        await sleep(50);
      }
    },
    async stop() {
      setReferenced(child, true);
      stdin.end();
      await gone;
      if (child.exitCode !== 0) throw new LocalSetupError(`cleaning up failed:\n${tail(folder, "supervisor.log")}`);
    },
  };
}

function setReferenced(child: ChildProcess, on: boolean): void {
  // Pipes of a child are sockets, which the types don't say.
  for (const handle of [child, child.stdin, child.stdout] as unknown as { ref(): void; unref(): void }[]) {
    if (on) handle.ref();
    else handle.unref();
  }
}

/** The last lines of a log; they say why better than we could. */
function tail(folder: string, log: string): string {
  try {
    return readFileSync(join(folder, log), "utf8").trim().split("\n").slice(-15).join("\n");
  } catch {
    return "(no log)";
  }
}
