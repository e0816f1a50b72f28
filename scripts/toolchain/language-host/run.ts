import { spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { RunRequest } from "@pulumi/pulumi/proto/language_pb.js";
import type { Children } from "./children.ts";
import { type ProgramOptions, programArguments, programEnvironment } from "./program.ts";

/** The runner's exit code for "the user has seen the message already". */
const MESSAGE_SHOWN = 32;

export type RunOutcome = { kind: "done" } | { kind: "shown" } | { kind: "failed"; message: string };

/** Runs a program to its end, with the SDK that its own folder resolves. */
export async function runProgram(
  request: RunRequest.AsObject,
  options: ProgramOptions,
  engine: string,
  children: Children,
): Promise<RunOutcome> {
  const folder = request.info?.programDirectory ?? request.pwd;
  const runner = resolveFrom(folder, "@pulumi/pulumi/cmd/run");
  if (runner === undefined) {
    return { kind: "failed", message: `@pulumi/pulumi isn't installed for ${folder}: run "npm ci" there` };
  }
  const args = [...options.nodeArgs, runner, ...programArguments(request, engine)];
  const child = children.add(
    spawn(process.execPath, args, {
      // Piped on, not inherited: Node may leave a shared pipe non-blocking, and the engine would miss the end of it.
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, ...programEnvironment(request, options) },
    }),
  );
  child.stdout.pipe(process.stdout, { end: false });
  child.stderr.pipe(process.stderr, { end: false });
  try {
    const [code, signal] = (await once(child, "close")) as [number | null, NodeJS.Signals | null];
    return outcome(code, signal);
  } catch (error) {
    return { kind: "failed", message: `${process.execPath} can't be run: ${String(error)}` };
  }
}

export function outcome(code: number | null, signal: NodeJS.Signals | null): RunOutcome {
  if (code === 0) return { kind: "done" };
  if (code === MESSAGE_SHOWN) return { kind: "shown" };
  const how = signal === null ? `with non-zero exit code: ${code}` : `by signal ${signal}`;
  return { kind: "failed", message: `Program exited ${how}` };
}

/** Absolute path of a module as a program in that folder would load it, if it can. */
export function resolveFrom(folder: string, name: string): string | undefined {
  try {
    return createRequire(join(folder, "package.json")).resolve(name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "MODULE_NOT_FOUND") return undefined;
    throw error;
  }
}
