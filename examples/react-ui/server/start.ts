import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { trackConnections } from "./connections.ts";
import { handle } from "./handle.ts";
import type { Log } from "./log.ts";
import { createService, type Service } from "./service.ts";
import type { Settings } from "./settings.ts";
import { serveSockets } from "./sockets.ts";
import type { StaticFile } from "./static-files.ts";

export interface Running {
  readonly service: Service;
  readonly url: string;
  /** Fails readiness, waits, accepts no more, finishes what is under way, closes. Safe to call again. */
  stop(): Promise<void>;
}

export interface StartParts {
  readonly settings: Settings;
  readonly files: ReadonlyMap<string, StaticFile>;
  readonly log: Log;
  readonly random?: () => number;
}

/** Listens; resolves when requests are answered. */
export async function start({ settings, files, log, random = Math.random }: StartParts): Promise<Running> {
  const stopping = new AbortController();
  const service = createService({
    settings,
    files,
    log,
    random,
    stopping: stopping.signal,
    now: () => new Date(),
  });
  const server = createServer((request, response) => {
    // Began before draining, so its client was never told that the connection ends here.
    response.once("close", () => stopping.signal.aborted && setImmediate(() => connections.endUnused()));
    void handle(service, request, response);
  });
  const connections = trackConnections(server);
  // Longer than the gateway's own idle time, so that it is never us who closes a connection just as it is used again.
  server.keepAliveTimeout = 75_000;
  const sockets = serveSockets(server, service);
  await listen(server, settings.host, settings.port);
  const { address, port } = server.address() as AddressInfo;
  log("info", "listening", { address, port });

  let stopped: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    service.draining = true;
    log("info", "draining");
    await sleep(settings.drainDelayMs);
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    stopping.abort();
    connections.endUnused();
    const deadline = setTimeout(() => {
      for (const client of sockets.clients) client.terminate();
      server.closeAllConnections();
    }, settings.drainTimeoutMs);
    await closed;
    clearTimeout(deadline);
    service.database.close();
    log("info", "stopped");
  };
  return { service, url: `http://${address}:${port}`, stop: () => (stopped ??= stop()) };
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve();
    });
  });
}
