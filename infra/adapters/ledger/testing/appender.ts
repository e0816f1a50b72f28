import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { stream } from "../../../ledger/testing/events.ts";
import type { Place } from "./place.ts";

const program = fileURLToPath(new URL("append-loop.ts", import.meta.url));

export interface Appender {
  /** Numbers of the entries that it was told are stored. */
  readonly won: readonly number[];
  /** Resolves when it won so many, or rejects when it ended before. */
  reached(count: number): Promise<void>;
  /** Resolves when it is gone, with its exit code and what it said on stderr; `kill` is SIGKILL, wherever it stands. */
  ended(): Promise<{ code: number | null; stderr: string }>;
  kill(): Promise<void>;
}

/** Runs `initLedger` in a process of its own; resolves to what it printed: the id, or the error's name. */
export async function initInProcess({ settings, environment }: Place): Promise<string> {
  const program = `
    import { initLedger } from ${JSON.stringify(new URL("../index.ts", import.meta.url))};
    import { secretsFrom } from ${JSON.stringify(new URL("../../secrets.ts", import.meta.url))};
    const { resolve } = secretsFrom(process.env);
    console.log(await initLedger(${JSON.stringify(settings)}, "2026-01-01T00:00:00.000Z", resolve).catch((error) => error.name));`;
  const run = promisify(execFile);
  const { stdout } = await run(process.execPath, ["--input-type=module", "-e", program], {
    env: { ...process.env, ...environment },
  });
  return stdout.trim();
}

export function startAppender({ settings, environment }: Place, name: string, count: number): Appender {
  const child = spawn(process.execPath, [program, JSON.stringify(settings), stream, name, String(count)], {
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const won: number[] = [];
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  const lines = createInterface(child.stdout);
  lines.on("line", (line) => won.push(Number(line)));
  const gone = once(child, "close");
  return {
    won,
    reached: async (wanted) => {
      while (won.length < wanted) {
        const [what] = (await Promise.race([once(lines, "line"), gone.then(() => [undefined])])) as [unknown];
        if (what === undefined && won.length < wanted) throw new Error(`ended after ${String(won.length)}: ${stderr}`);
      }
    },
    ended: async () => {
      const [code] = (await gone) as [number | null];
      return { code, stderr };
    },
    kill: async () => {
      child.kill("SIGKILL");
      await gone;
    },
  };
}
