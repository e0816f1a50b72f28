import { messageOf } from "../../infra/model/errors.ts";
import { startLocalEnvironment } from "./environment.ts";
import { keep, type KeeperMessage } from "./keeper-message.ts";

/**
 * A process that owns the `local` environment: it ends it on SIGTERM, and when the process that started it goes away
 * without having said that it is to stay.
 */
async function main(): Promise<void> {
  let wanted = false;
  const tell = (message: KeeperMessage) => void (process.connected && process.send?.(message));
  const ended = new Promise<void>((resolve) => {
    process.on("SIGTERM", resolve).on("SIGINT", () => undefined);
    process.on("message", (message) => {
      if (message === keep) wanted = true;
    });
    process.on("disconnect", () => {
      if (!wanted) resolve();
    });
  });
  try {
    const environment = await startLocalEnvironment((text) => tell({ kind: "progress", text }));
    tell({ kind: "ready", releases: environment.releases });
    // Waiting for a signal alone doesn't keep a process alive.
    const alive = setInterval(() => undefined, 60_000);
    await ended;
    clearInterval(alive);
    await environment.stop();
  } catch (error) {
    tell({ kind: "failed", reason: messageOf(error) });
    process.exitCode = 3;
  }
  if (process.connected) process.disconnect();
}

await main();
