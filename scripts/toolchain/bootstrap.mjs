import { spawn } from "node:child_process";
import { constants } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { ensureDependencies } from "./bootstrap/dependencies.mjs";
import { ensureNode, withNodeFirst } from "./bootstrap/node.mjs";

/** Root folder of this checkout. */
export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/**
 * Runs a TypeScript file of the project (path from its root) with its dependencies installed and a fitting Node: in
 * this process if that is one, else in a child to which signals are passed and whose exit code becomes this one's.
 */
export async function start(target, args) {
  let node;
  try {
    await ensureDependencies(root);
    node = await ensureNode();
  } catch (error) {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 3;
    return;
  }
  const path = join(root, target);
  if (node === process.execPath) {
    process.env.PATH = withNodeFirst(node).PATH;
    process.argv = [node, path, ...args];
    await import(pathToFileURL(path).href);
  } else {
    runChild(node, [path, ...args]);
  }
}

function runChild(node, args) {
  const child = spawn(node, args, { stdio: "inherit", env: withNodeFirst(node) });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
    process.on(signal, () => {
      // Ctrl-C in a terminal reaches the child by itself (same process group); a second one could cut its clean-up short.
      if (signal === "SIGINT" && process.stdin.isTTY) return;
      child.kill(signal);
    });
  }
  child.on("error", (error) => {
    process.stderr.write(`${node} can't be started: ${error.message}\n`);
    process.exitCode = 3;
  });
  child.on("exit", (code, signal) => {
    process.exitCode = code ?? 128 + constants.signals[signal];
  });
}
