import { execa } from "execa";
import { join } from "node:path";
import { home } from "../compose.ts";

/** What a `sluice ... --json` said and how it ended. */
export interface Said {
  readonly exitCode: number;
  readonly document: Readonly<Record<string, unknown>>;
}

/** Runs a command of Sluice as a person would, with its progress shown; ended with this process. */
export async function sluice(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<Said> {
  process.stderr.write(`\n$ sluice ${args.join(" ")}\n`);
  const ran = await execa(process.execPath, [join(home, "scripts", "main.ts"), ...args, "--json"], {
    env,
    stdin: "ignore",
    stderr: "inherit",
    reject: false,
    cancelSignal: signal,
    forceKillAfterDelay: 60_000,
  });
  if (signal.aborted) throw new Error("stopped by a person");
  const document = ran.stdout === "" ? {} : (JSON.parse(ran.stdout) as Readonly<Record<string, unknown>>);
  return { exitCode: ran.exitCode ?? 3, document };
}
