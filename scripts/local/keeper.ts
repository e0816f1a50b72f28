import { messageOf } from "../../infra/model/errors.ts";
import { startLocalEnvironment } from "./environment.ts";

/** What a keeper tells the process that started it. */
export type KeeperMessage =
  | { readonly kind: "progress"; readonly text: string }
  | { readonly kind: "ready"; readonly releases: Readonly<Record<string, string>> }
  | { readonly kind: "failed"; readonly reason: string };

/** Sent to a keeper: the environment is to stay when the process that started it ends. */
export const keep = "keep";

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
    await ended;
    await environment.stop();
  } catch (error) {
    tell({ kind: "failed", reason: messageOf(error) });
    process.exitCode = 3;
  }
  if (process.connected) process.disconnect();
}

await main();
