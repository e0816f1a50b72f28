import { execa } from "execa";

export interface GroupOptions {
  readonly timeoutMs: number;
  /** From SIGTERM to SIGKILL when the time is over or `signal` aborts; 0 kills at once. */
  readonly graceMs: number;
  readonly stdin?: string;
  /** Added to this process's own environment. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

export interface GroupEnd {
  /** null when the program could not be started, or was ended by a signal. */
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Both, in the order in which they came. */
  readonly all: string;
  /** Why there is no exit code. */
  readonly trouble: "notStarted" | "late" | "aborted" | "killed" | null;
  /** The system's words where it could not be started. */
  readonly message: string;
}

/**
 * Runs a program, without a shell, in a process group of its own: a Ctrl-C meant for the driver doesn't reach it, and when
 * its time is over everything that it started ends with it, so that nothing holds its output open.
 */
export async function runInGroup([file = "", ...args]: readonly string[], options: GroupOptions): Promise<GroupEnd> {
  const running = execa(file, args, {
    input: options.stdin ?? "",
    env: { ...options.environment },
    all: true,
    reject: false,
    detached: true,
    stripFinalNewline: false,
    maxBuffer: 4_000_000,
  });
  const { pid } = running;
  let trouble: GroupEnd["trouble"] = null;
  const timers: NodeJS.Timeout[] = [];
  const kill = (signal: NodeJS.Signals) => {
    try {
      if (pid !== undefined) process.kill(-pid, signal);
    } catch {
      // It is gone already.
    }
  };
  const end = (why: "late" | "aborted") => {
    if (trouble) return;
    trouble = why;
    kill(options.graceMs > 0 ? "SIGTERM" : "SIGKILL");
    timers.push(setTimeout(() => kill("SIGKILL"), options.graceMs));
  };
  const abort = () => end("aborted");
  const exit = () => kill("SIGKILL");
  timers.push(setTimeout(() => end("late"), options.timeoutMs));
  options.signal?.addEventListener("abort", abort, { once: true });
  if (options.signal?.aborted) abort();
  process.once("exit", exit);
  try {
    const ran = await running;
    const exitCode = trouble ? null : (ran.exitCode ?? null);
    const why = trouble ?? (exitCode !== null ? null : pid === undefined ? "notStarted" : "killed");
    return {
      exitCode,
      stdout: ran.stdout,
      stderr: ran.stderr,
      all: ran.all,
      trouble: why,
      message: ran.shortMessage ?? "",
    };
  } finally {
    timers.forEach(clearTimeout);
    options.signal?.removeEventListener("abort", abort);
    process.off("exit", exit);
  }
}
