import { execa } from "execa";
import { join } from "node:path";

export interface Ran {
  /** `null` when a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** What it said with `--json`; empty when stdout held none. */
  readonly document: Readonly<Record<string, unknown>>;
}

/** A command of Sluice under way. */
export interface Running {
  readonly pid: number;
  readonly ended: Promise<Ran>;
  /** What it has said on stderr so far. */
  said(): string;
  signal(name: NodeJS.Signals): void;
  /** Closes the pipes that it writes to, as a reader does that ends. */
  leave(): void;
}

export interface Where {
  /** A checkout. */
  readonly checkout: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Starts the real command line of a checkout in a process of its own, as a person or CI would. */
export function startSluice(args: readonly string[], { checkout, env }: Where): Running {
  const child = execa(process.execPath, [join(checkout, "scripts", "main.ts"), ...args], {
    cwd: checkout,
    env,
    extendEnv: false,
    stdin: "ignore",
    reject: false,
    stripFinalNewline: false,
  });
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => (said += chunk.toString()));
  const { pid } = child;
  if (pid === undefined) throw new Error(`sluice ${args.join(" ")} could not be started`);
  return {
    pid,
    ended: child.then(({ exitCode, stdout, stderr }) => ({
      code: exitCode ?? null,
      stdout,
      stderr,
      document: documentOf(stdout),
    })),
    said: () => said,
    signal: (name) => void child.kill(name),
    leave: () => {
      child.stdout.destroy();
      child.stderr.destroy();
    },
  };
}

function documentOf(stdout: string): Record<string, unknown> {
  if (!stdout.startsWith("{")) return {};
  return JSON.parse(stdout) as Record<string, unknown>;
}
