import { spawn } from "node:child_process";
import { once } from "node:events";
import { getCompileCacheDir } from "node:module";
import { createInterface } from "node:readline";
import type { RunPluginRequest } from "@pulumi/pulumi/proto/language_pb.js";
import type { Children } from "./children.ts";
import { PolicyProxy, policyEnvironment } from "./policy-proxy.ts";
import { type ProgramOptions, runnerEnvironment } from "./program.ts";
import { resolveFrom } from "./run.ts";

export type Output = (stream: "stdout" | "stderr", bytes: Uint8Array) => void;

/** Runs a plugin written for Node (a provider, or a policy pack) to its end; its exit code is the answer. */
export async function runPlugin(
  request: RunPluginRequest.AsObject,
  options: ProgramOptions,
  write: Output,
  children: Children,
  cancelled: AbortSignal,
): Promise<number> {
  const folder = request.info?.programDirectory ?? request.pwd;
  const isPack = request.kind === "analyzer";
  const name = isPack ? "@pulumi/pulumi/cmd/run-policy-pack" : "@pulumi/pulumi/cmd/run-plugin";
  const runner = resolveFrom(folder, name);
  if (runner === undefined) throw new Error(`Cannot find module '${name}' for ${folder}: run "npm ci" there`);
  const environment = { ...parseEnvironment(request.envList), ...runnerEnvironment(options) };
  const node = [...options.nodeArgs, runner];
  const start = (args: string[], cwd: string, more: Record<string, string>) =>
    children.add(
      spawn(process.execPath, args, { cwd, env: { ...environment, ...more }, stdio: ["ignore", "pipe", "pipe"] }),
    );

  if (!isPack) {
    const child = start([...node, folder, ...request.argsList], request.pwd, {});
    child.stdout.on("data", (bytes: Buffer) => write("stdout", bytes));
    return finish(child, write, cancelled);
  }
  const proxy = new PolicyProxy();
  write("stdout", Buffer.from(`${await proxy.start()}\n`));
  try {
    const stack = await Promise.race([proxy.stack, once(cancelled, "abort").then(() => undefined)]);
    if (cancelled.aborted) return 0;
    const child = start([...node, ...request.argsList, folder], folder, {
      ...policyEnvironment(stack),
      ...compileCache(),
    });
    const lines = createInterface(child.stdout);
    // The first line is the pack's port; the rest is for the user.
    lines.once("line", (port) => {
      proxy.attach(Number(port));
      lines.on("line", (line) => write("stdout", Buffer.from(`${line}\n`)));
    });
    const code = await finish(child, write, cancelled);
    proxy.fail(`it ended with exit code ${code}`);
    return code;
  } finally {
    await proxy.stop();
  }
}

/** A pack's start is mostly compiling the SDK and TypeScript: kept where this host keeps its own. */
function compileCache(): Record<string, string> {
  const folder = getCompileCacheDir();
  return folder === undefined ? {} : { NODE_COMPILE_CACHE: folder };
}

async function finish(child: ReturnType<typeof spawn>, write: Output, cancelled: AbortSignal): Promise<number> {
  child.stderr?.on("data", (bytes: Buffer) => write("stderr", bytes));
  const kill = () => child.kill("SIGKILL");
  cancelled.addEventListener("abort", kill, { once: true });
  if (cancelled.aborted) kill();
  const [code] = (await once(child, "close")) as [number | null];
  return code ?? 1;
}

function parseEnvironment(entries: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    entries.map((entry) => [entry.slice(0, entry.indexOf("=")), entry.slice(entry.indexOf("=") + 1)]),
  );
}
