import { type ChildProcess, spawn } from "node:child_process";
import { chmodSync, closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { cpuSeconds } from "./cpu-time.ts";
import type { Target } from "./load/protocol.ts";

/** The program of a slot. */
export const backendProgram = fileURLToPath(new URL("load/backend.mjs", import.meta.url));

export interface Serving {
  /** Processor time that it has used. */
  cpuSeconds(): number;
  stop(): Promise<void>;
}

const startTimeout = 20_000;
const stopTimeout = 5_000;

/** A folder for one server's files, gone when this process ends. Servers' unprivileged workers can read it. */
export function serverFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "sluice-bench-"));
  chmodSync(folder, 0o755);
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/**
 * Starts a server that ends when this process does, even when it is killed, and waits until it answers at `target`.
 * @throws Error with the end of its log when it doesn't
 */
export async function serve(
  folder: string,
  [command = "", ...args]: readonly string[],
  target: Target,
): Promise<Serving> {
  const log = join(folder, "output.log");
  const descriptor = openSync(log, "a");
  // The kernel sends the signal when this process is no more.
  const child = spawn("setpriv", ["--pdeathsig", "TERM", command, ...args], {
    cwd: folder,
    stdio: ["ignore", descriptor, descriptor],
  });
  closeSync(descriptor);
  let failure: Error | undefined;
  child.once("error", (error) => (failure = error));
  const deadline = performance.now() + startTimeout;
  while (!(await answers(target))) {
    failure ??= performance.now() > deadline ? new Error(`no answer within ${startTimeout} ms`) : undefined;
    if (failure || child.exitCode !== null) {
      child.kill("SIGKILL");
      throw new Error(`${command} didn't start: ${failure?.message ?? ""}\n${readFileSync(log, "utf8").slice(-2000)}`);
    }
    await sleep(50);
  }
  return { cpuSeconds: () => cpuSeconds(child.pid ?? 0), stop: () => end(child, folder) };
}

async function end(child: ChildProcess, folder: string): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGTERM");
    const late = setTimeout(() => child.kill("SIGKILL"), stopTimeout);
    await ended;
    clearTimeout(late);
  }
  rmSync(folder, { recursive: true, force: true });
}

/** Whether it answers with status 200. */
export async function answers({ host, port }: Target): Promise<boolean> {
  try {
    const answer = await fetch(`http://${host}:${port}/`, { headers: { connection: "close" } });
    await answer.arrayBuffer();
    return answer.ok;
  } catch {
    return false;
  }
}
