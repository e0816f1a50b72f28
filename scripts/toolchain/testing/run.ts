import { spawn } from "node:child_process";
import { once } from "node:events";

/** How a process ended, and what it said on both streams. */
export interface Ended {
  readonly code: number | null;
  readonly output: string;
}

/** A process in a group of its own, as a shell would start it. */
export class Run {
  readonly #child;
  #output = "";
  readonly ended: Promise<Ended>;

  constructor(argv: readonly [string, ...string[]], options: { cwd?: string; env: NodeJS.ProcessEnv }) {
    const [file, ...args] = argv;
    this.#child = spawn(file, args, { ...options, stdio: ["ignore", "pipe", "pipe"], detached: true });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => (this.#output += text));
    }
    this.ended = once(this.#child, "close").then(([code]) => ({ code: code as number | null, output: this.#output }));
  }

  get pid(): number {
    if (this.#child.pid === undefined) throw new Error("it could not be started");
    return this.#child.pid;
  }

  /** Waits until it has said this. */
  async said(text: string): Promise<void> {
    while (!this.#output.includes(text)) {
      const more = Promise.race([once(this.#child.stdout, "data"), once(this.#child.stderr, "data")]);
      const { output } = await Promise.race([more.then(() => ({ output: undefined })), this.ended]);
      if (output !== undefined && !output.includes(text))
        throw new Error(`it ended without saying "${text}":\n${output}`);
    }
  }

  /** Ctrl-C: the whole foreground group gets it. */
  interrupt(): void {
    process.kill(-this.pid, "SIGINT");
  }

  kill(): void {
    process.kill(this.pid, "SIGKILL");
  }
}

/** Runs to the end. */
export function run(
  argv: readonly [string, ...string[]],
  options: { cwd?: string; env: NodeJS.ProcessEnv },
): Promise<Ended> {
  return new Run(argv, options).ended;
}
