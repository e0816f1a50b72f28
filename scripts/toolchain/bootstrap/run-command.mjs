import { spawn } from "node:child_process";

/** Runs a long command telling its progress on stderr (stdout is for a command's result). */
export async function runCommand(
  title,
  [file, ...args],
  { cwd, env, lock, say = (line) => process.stderr.write(`${line}\n`) },
) {
  const started = Date.now();
  const seconds = () => `${Math.round((Date.now() - started) / 1000)} s`;
  say(`${title}...`);
  const ticker = setInterval(() => say(`${title}: ${seconds()}`), 10_000);
  const tail = [];
  try {
    await new Promise((resolve, reject) => {
      const child = spawn(file, args, { cwd, env, stdio: ["ignore", "pipe", "pipe", lock ?? "ignore"] });
      for (const stream of [child.stdout, child.stderr]) {
        stream.setEncoding("utf8").on("data", (text) => {
          tail.push(text);
          if (tail.length > 200) tail.shift();
        });
      }
      child.on("error", reject);
      child.on("close", (code, signal) =>
        code === 0 ? resolve() : reject(new Error(`it ended with ${signal ?? code}`)),
      );
    });
    say(`${title}: done in ${seconds()}`);
  } catch (cause) {
    say(tail.join("").trimEnd());
    throw new Error(`${title}: "${[file, ...args].join(" ")}" failed after ${seconds()}: ${cause.message}`, { cause });
  } finally {
    clearInterval(ticker);
  }
}
