import type { IncomingMessage, ServerResponse } from "node:http";
import type { StaticFile } from "./static-files.ts";

export function answerJson(response: ServerResponse, status: number, body: unknown): void {
  answerText(response, status, "application/json", `${JSON.stringify(body)}\n`);
}

export function answerText(response: ServerResponse, status: number, type: string, body: string): void {
  response
    .writeHead(status, {
      "content-type": type,
      "content-length": Buffer.byteLength(body),
      "cache-control": "no-store",
    })
    .end(body);
}

export function answerFile(request: IncomingMessage, response: ServerResponse, file: StaticFile): void {
  const headers = { etag: file.etag, "cache-control": file.cacheControl };
  if (request.headers["if-none-match"] === file.etag) {
    response.writeHead(304, headers).end();
    return;
  }
  response
    .writeHead(200, { ...headers, "content-type": file.type, "content-length": file.body.byteLength })
    .end(request.method === "HEAD" ? undefined : file.body);
}
