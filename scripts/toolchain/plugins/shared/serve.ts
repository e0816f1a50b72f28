import { fstatSync } from "node:fs";
import grpc from "@grpc/grpc-js";
import type { Plugin } from "./rpc.ts";
import { definition, implement } from "./service.ts";

/** The engine's own limit: states with large outputs travel whole. */
const MAX_MESSAGE_BYTES = 400 * 1024 * 1024;
const PARENT_CHECK_MS = 2_000;

/**
 * Serves a plugin to the engine that started this process: prints the port, as the engine expects, and ends the process
 * when the engine goes away.
 */
export async function serve(plugin: Plugin): Promise<void> {
  const server = new grpc.Server({
    "grpc.max_receive_message_length": MAX_MESSAGE_BYTES,
    "grpc.max_send_message_length": MAX_MESSAGE_BYTES,
  });
  server.addService(definition, implement(plugin));
  const port = await listen(server);
  process.stdout.write(`${port}\n`);
  exitWithEngine(async () => {
    await plugin.cancel?.();
    server.forceShutdown();
  });
}

function listen(server: grpc.Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
      if (error) reject(error);
      else resolve(port);
    });
  });
}

/** The engine holds our stdin open as long as it lives; where stdin is no pipe, the parent process is watched instead. */
function exitWithEngine(stop: () => Promise<void>): void {
  const exit = () => void stop().finally(() => process.exit(0));
  const parent = process.ppid;
  setInterval(() => process.ppid !== parent && exit(), PARENT_CHECK_MS).unref();
  const stdin = fstatSync(0, { throwIfNoEntry: false });
  if (stdin?.isFIFO() || stdin?.isSocket()) process.stdin.on("end", exit).on("close", exit).resume();
}
