import { type ChildProcess, spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { ask } from "../../http.ts";

/** A real server of a test, started and ended as often as the test likes. */
export class TestServer {
  readonly #argv: readonly string[];
  readonly #readyUrl: string;
  #process: ChildProcess | undefined;
  #output = "";

  constructor(argv: readonly string[], readyUrl: string) {
    this.#argv = argv;
    this.#readyUrl = readyUrl;
  }

  async start(): Promise<void> {
    const [command = "", ...args] = this.#argv;
    const started = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"] });
    const keep = (chunk: Buffer) => (this.#output = (this.#output + chunk.toString()).slice(-4000));
    started.stdout.on("data", keep);
    started.stderr.on("data", keep);
    started.on("error", (error) => (this.#output += error.message));
    this.#process = started;
    for (let tries = 0; ; tries++) {
      const answer = await ask(this.#readyUrl, 1_000);
      if (answer.kind === "answered" && answer.status === 200) return;
      if (tries > 200 || started.exitCode !== null || started.pid === undefined)
        throw new Error(`${command} didn't start: ${this.#output}`);
      await sleep(100);
    }
  }

  async stop(): Promise<void> {
    const running = this.#process;
    this.#process = undefined;
    if (running?.pid === undefined || running.exitCode !== null) return;
    const ended = new Promise((resolve) => running.once("exit", resolve));
    running.kill("SIGCONT");
    running.kill("SIGTERM");
    await ended;
  }

  signal(signal: "SIGSTOP" | "SIGCONT"): void {
    this.#process?.kill(signal);
  }
}
