import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { Capture } from "./capture.ts";
import type { Results } from "./capture.ts";
import { errorText, quote } from "./go-text.ts";
import type { LocalCommand } from "./inputs.ts";
import { exitText } from "./local-exit.ts";
import { dirFailure, lookUp } from "./local-program.ts";
import type { Operation } from "./operation.ts";

const DEFAULT_INTERPRETER = ["/bin/sh", "-c"];

/**
 * Runs a command on this machine and returns what it wrote. Throws where it can't be started or doesn't end with 0, and
 * when the operation is ended: then the command's whole process group is killed.
 */
export async function runLocal(
  command: string,
  inputs: LocalCommand,
  before: Results,
  operation: Operation,
): Promise<Results> {
  const capture = new Capture(operation, inputs.logging);
  const [program, ...args] = [...(inputs.interpreter.length > 0 ? inputs.interpreter : DEFAULT_INTERPRETER), command];
  const environment = { ...process.env, ...inputs.environment, ...previousOutputs(inputs, before) };
  const failure = await attempt(program, args, inputs, environment, capture, operation.signal);
  await capture.done();
  if (failure !== undefined) throw new Error(`${failure}: running ${quote(command)}:\n${capture.everything()}`);
  return capture.results();
}

export function previousOutputs(inputs: { addPreviousOutputInEnv: boolean }, before: Results): Record<string, string> {
  if (!inputs.addPreviousOutputInEnv) return {};
  return {
    ...(before.stdout !== "" && { PULUMI_COMMAND_STDOUT: before.stdout }),
    ...(before.stderr !== "" && { PULUMI_COMMAND_STDERR: before.stderr }),
  };
}

/** How the command failed, if it did. */
async function attempt(
  program: string,
  args: readonly string[],
  inputs: LocalCommand,
  env: NodeJS.ProcessEnv,
  capture: Capture,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (signal.aborted) return "context canceled";
  const path = await lookUp(program);
  if (path === undefined) return `exec: ${quote(program)}: executable file not found in $PATH`;
  const wrongDir = inputs.dir ? await dirFailure(inputs.dir) : undefined;
  if (wrongDir !== undefined) return wrongDir;
  try {
    const stdin = inputs.stdin ? "pipe" : "ignore";
    const cwd = inputs.dir || process.cwd();
    const child = spawn(path, args, { cwd, env, stdio: [stdin, "pipe", "pipe"], detached: true, argv0: program });
    return await watch(child, path, inputs.stdin ?? "", capture, signal);
  } catch (error) {
    return `fork/exec ${path}: ${errorText(error)}`;
  }
}

/** Ends when the command and everything that holds its outputs have ended. */
function watch(
  child: ChildProcess,
  path: string,
  stdin: string,
  capture: Capture,
  signal: AbortSignal,
): Promise<string | undefined> {
  const kill = () => killGroup(child);
  signal.addEventListener("abort", kill);
  if (signal.aborted) kill();
  child.stdout?.on("data", (chunk: Buffer) => capture.add("stdout", chunk));
  child.stderr?.on("data", (chunk: Buffer) => capture.add("stderr", chunk));
  // A command may end without having read its input: that is no failure of its own.
  child.stdin?.on("error", () => undefined);
  child.stdin?.end(stdin);
  return new Promise<string | undefined>((resolve) => {
    child.on("error", (error) => resolve(`fork/exec ${path}: ${errorText(error)}`));
    child.on("close", (code, ended) => resolve(exitText(code, ended)));
  }).finally(() => signal.removeEventListener("abort", kill));
}

/** The group outlives its leader where that one left children behind. */
function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch {
    child.kill("SIGKILL");
  }
}
