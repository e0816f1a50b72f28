import { fork } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { localFolder } from "./environment.ts";
import { LocalSetupError, type OnProgress } from "./errors.ts";
import { keep, type KeeperMessage } from "./keeper-message.ts";
import { findProcess, isAlive, type ProcessIdentity } from "./processes.ts";

export interface Kept {
  readonly releases: Readonly<Record<string, string>>;
  /** Ends the environment and waits until it is gone. */
  stop(): Promise<void>;
  /** Lets it run on when this process ends; `stopKept` ends it. */
  leave(): void;
}

/** Starts the `local` environment in a process of its own, which ends it when this one goes away. */
export async function startKept(onProgress: OnProgress): Promise<Kept> {
  if (keeperOf()) throw new LocalSetupError('the local environment runs already: "npx sluice local stop" ends it');
  const keeper = fork(join(import.meta.dirname, "keeper.ts"), { detached: true, stdio: "ignore" });
  const exited = once(keeper, "exit");
  const releases = await new Promise<Readonly<Record<string, string>>>((resolve, reject) => {
    keeper.on("message", (message: KeeperMessage) => {
      switch (message.kind) {
        case "progress":
          onProgress(message.text);
          break;
        case "ready":
          resolve(message.releases);
          break;
        case "failed":
          reject(new LocalSetupError(message.reason));
          break;
      }
    });
    keeper.on("exit", (code) => reject(new LocalSetupError(`the local environment ended while it started (${code})`)));
  });
  const identity = findProcess(keeper.pid ?? 0);
  if (identity) writeFileSync(keeperFile(), JSON.stringify({ pid: identity.pid, startTime: identity.startTime }));
  return {
    releases,
    stop: async () => {
      keeper.kill("SIGTERM");
      await exited;
    },
    leave: () => {
      keeper.send(keep, () => keeper.disconnect());
      keeper.unref();
    },
  };
}

/** Ends an environment that was left running; false when there is none. */
export async function stopKept(): Promise<boolean> {
  const keeper = keeperOf();
  if (!keeper) return false;
  process.kill(keeper.pid, "SIGTERM");
  while (isAlive(keeper)) await wait(100);
  return true;
}

/** The process that owns a running `local` environment. */
export function keeperOf(): ProcessIdentity | undefined {
  try {
    const identity = JSON.parse(readFileSync(keeperFile(), "utf8")) as ProcessIdentity;
    return isAlive(identity) ? identity : undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

function keeperFile(): string {
  return join(localFolder, "keeper.json");
}
