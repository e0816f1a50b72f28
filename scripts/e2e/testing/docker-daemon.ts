import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { engineAnswers } from "../../local/engine-api.ts";
import type { LocalHost } from "../../local/hosts.ts";
import { findProcess, isAlive, type ProcessEntry } from "../../local/processes.ts";
import { searchPath } from "../../local/programs.ts";

/** A host's own Docker daemon, which can hang and be restarted. It ends with its host. */
export class DockerDaemon {
  readonly #socket: string;
  readonly #folder: string;
  #process: ProcessEntry;
  #restarting: Promise<void> = Promise.resolve();

  constructor({ pids, folder, engine, name }: LocalHost) {
    const found = findProcess(pids["dockerd"] ?? 0);
    if (!found) throw new TypeError(`${name} has no engine of its own`);
    this.#process = found;
    this.#socket = engine.socket;
    this.#folder = folder;
  }

  /** From now on it takes requests and answers none. */
  hang(): void {
    process.kill(this.#process.pid, "SIGSTOP");
  }

  wake(): void {
    process.kill(this.#process.pid, "SIGCONT");
  }

  /** Ends it as its service would, which stops every container of the host, and starts it again; `back` waits for that. */
  restart(): void {
    this.#restarting = this.#restart();
    this.#restarting.catch(() => undefined); // `back` says so.
  }

  /** Waits until it answers after a restart. */
  async back(): Promise<void> {
    await this.#restarting;
  }

  async #restart(): Promise<void> {
    process.kill(this.#process.pid, "SIGTERM");
    await until("end", 60_000, () => Promise.resolve(!isAlive(this.#process)));
    const [command = "", ...args] = this.#process.argv;
    const log = openSync(join(this.#folder, "logs", "dockerd.log"), "a");
    const env = { ...process.env, PATH: searchPath() };
    const child = spawn(command, args, { cwd: this.#folder, stdio: ["ignore", log, log], detached: true, env });
    closeSync(log);
    child.unref();
    await once(child, "spawn");
    const started = findProcess(child.pid ?? 0);
    if (!started) throw new Error("the Docker daemon ended at once");
    this.#process = started;
    await until("answer", 60_000, () => engineAnswers(this.#socket));
  }
}

async function until(what: string, milliseconds: number, probe: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + milliseconds;
  while (!(await probe())) {
    if (performance.now() > deadline) throw new Error(`the Docker daemon doesn't ${what} within ${milliseconds} ms`);
    await sleep(50);
  }
}
