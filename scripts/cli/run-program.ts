import type { Command } from "commander";
import { SetUpError } from "../toolchain/set-up.ts";

/** Runs a program that sets parts up and starts servers: what it started ends with this process, also when it is told to. */
export async function runProgram(program: Command): Promise<void> {
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(130));
  try {
    await program.parseAsync();
  } catch (error) {
    if (!(error instanceof SetUpError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = error.exitCode;
  }
}
