import { spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync, readFileSync, ftruncateSync, writeSync } from "node:fs";
import { join } from "node:path";
import { cacheFolder } from "./cache.mjs";

const BUSY = 1;

/**
 * Runs `work` while no other process does so under the same name.
 *
 * The kernel holds the lock on the open file, so it ends with its last holder whatever killed that one: a stale lock
 * can't exist. `work` gets the file's descriptor: a child process that must not outlive the lock inherits it.
 */
export async function withLock(name, work, say = (line) => process.stderr.write(`${line}\n`)) {
  const folder = join(cacheFolder(), "locks");
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${name}.lock`);
  const descriptor = openSync(path, "a+");
  try {
    if ((await flock(["-xn", "3"], descriptor)) === BUSY) {
      say(`waiting for another set-up (process ${readFileSync(path, "utf8").trim() || "unknown"}) to finish: ${name}`);
      await flock(["-x", "3"], descriptor);
    }
    ftruncateSync(descriptor, 0);
    writeSync(descriptor, `${process.pid}\n`);
    return await work(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function flock(args, descriptor) {
  return new Promise((resolve, reject) => {
    const child = spawn("flock", args, { stdio: ["ignore", "ignore", "inherit", descriptor] });
    child.on("error", (cause) => reject(new Error("flock can't be run: install util-linux", { cause })));
    child.on("exit", (code, signal) => {
      if (code === 0 || (code === BUSY && args[0] === "-xn")) resolve(code);
      else reject(new Error(`flock ended with ${signal ?? code}`));
    });
  });
}
