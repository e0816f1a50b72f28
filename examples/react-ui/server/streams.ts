import type { ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { Handler } from "./routes.ts";

const CHUNK = Buffer.alloc(16 * 1024, "sluice ");

/** Sends a request's body back as it comes, however long it is. */
export const echo: Handler = async ({ settings, database }, request, response) => {
  const headers: Record<string, string> = {
    "content-type": request.headers["content-type"] ?? "application/octet-stream",
    "x-version": settings.version,
    "x-slot": settings.slot,
    "cache-control": "no-store",
  };
  if (request.headers["content-length"]) headers["content-length"] = request.headers["content-length"];
  response.writeHead(200, headers);
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (!response.write(chunk)) await drained(response);
  }
  database.note(bytes);
  response.end();
};

/** Server-sent events: one tick every `interval` milliseconds (100 to 60,000; 1,000 when not said). */
export const events: Handler = async ({ settings, stopping }, _request, response, query) => {
  const interval = bounded(query.get("interval"), 1_000, 100, 60_000);
  response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
  response.write("retry: 1000\n\n");
  const gone = AbortSignal.any([stopping, closed(response)]);
  const data = JSON.stringify({ version: settings.version, slot: settings.slot });
  for (let id = 1; !gone.aborted; id++) {
    response.write(`id: ${id}\nevent: tick\ndata: ${data}\n\n`);
    await sleep(interval, undefined, { signal: gone }).catch(() => undefined);
  }
  response.end();
};

/** A download of `chunks` x 16 KiB (1 to 10,000; 64 when not said), spread over `seconds` (0 to 3,600; 10). */
export const download: Handler = async (_service, _request, response, query) => {
  const chunks = Math.floor(bounded(query.get("chunks"), 64, 1, 10_000));
  const pause = (bounded(query.get("seconds"), 10, 0, 3_600) * 1_000) / chunks;
  response.writeHead(200, {
    "content-type": "application/octet-stream",
    "content-length": chunks * CHUNK.length,
    "cache-control": "no-store",
  });
  const gone = closed(response);
  for (let sent = 0; sent < chunks && !gone.aborted; sent++) {
    if (!response.write(CHUNK)) await drained(response);
    await sleep(pause, undefined, { signal: gone }).catch(() => undefined);
  }
  response.end();
};

function bounded(text: string | null, fallback: number, min: number, max: number): number {
  const value = Number(text ?? fallback);
  return Number.isFinite(value) ? Math.min(max, Math.max(min, value)) : fallback;
}

function closed(response: ServerResponse): AbortSignal {
  const controller = new AbortController();
  response.once("close", () => controller.abort());
  return controller.signal;
}

/** When the client took what was written, or went away. */
function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      response.off("drain", done).off("close", done);
      resolve();
    };
    response.once("drain", done).once("close", done);
    if (response.destroyed) done();
  });
}
