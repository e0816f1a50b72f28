import { Worker } from "node:worker_threads";
import type { FromWorker, LoadOrder, LoadRecords } from "./protocol.ts";

/** Load that runs in a thread of its own, so that what the main thread does meanwhile doesn't delay it. */
export interface RunningLoad {
  /** Lets it end once it has sent its number of requests. */
  finish(): Promise<LoadRecords>;
  /** Ends it at once. */
  stop(): Promise<void>;
}

/**
 * Starts load; resolves when every user has an open connection.
 * @throws Error when a target doesn't answer well at the start
 */
export async function startLoad(order: LoadOrder): Promise<RunningLoad> {
  if (order.clients % order.targets.length !== 0) throw new RangeError("clients must be a multiple of the targets");
  const worker = new Worker(new URL("./worker.ts", import.meta.url), { workerData: order });
  const failed = new Promise<never>((_, reject) => worker.once("error", reject));
  failed.catch(() => undefined);
  const next = (kind: FromWorker["kind"]) =>
    new Promise<FromWorker>((resolve) => {
      worker.on("message", (message: FromWorker) => {
        if (message.kind === kind) resolve(message);
      });
    });
  const done = next("done");
  await Promise.race([next("ready"), failed]);
  return {
    finish: async () => {
      worker.postMessage("finish");
      const message = await Promise.race([done, failed]);
      await worker.terminate();
      if (message.kind !== "done") throw new TypeError("unreachable");
      return message.records;
    },
    stop: async () => {
      await worker.terminate();
    },
  };
}
