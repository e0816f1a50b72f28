import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Socket } from "node:net";

/** One slot of a service: answers with its own name, and can be slow, stream, or speak WebSocket. */
export class Backend {
  readonly name: string;
  /** Answers of its own, by path. */
  readonly answers = new Map<string, (response: ServerResponse, request: IncomingMessage) => void>();
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly seen: { method: string; url: string; headers: IncomingMessage["headers"]; bytes: number }[] = [];

  constructor(name: string) {
    this.name = name;
    this.#server = createServer((request, response) => this.#answer(request, response));
    this.#server.on("upgrade", (request, socket) => this.#upgrade(request, socket as Socket));
    this.#server.on("connection", (socket: Socket) => {
      this.#sockets.add(socket);
      socket.on("close", () => this.#sockets.delete(socket));
    });
  }

  listen(address: string, port: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen(port, address, 4096, resolve);
    });
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("error", () => undefined);
    request.on("end", () => {
      const body = Buffer.concat(chunks);
      const { method = "", url = "", headers } = request;
      if (this.seen.length < 1000) this.seen.push({ method, url, headers, bytes: body.length });
      response.setHeader("x-backend", this.name);
      const own = this.answers.get(url.split("?", 1)[0] ?? "");
      if (own) own(response, request);
      else if (url.includes("/events")) this.#events(response);
      else if (url.startsWith("/download")) this.#download(response);
      else if (url.startsWith("/status/")) response.writeHead(Number(url.slice(8))).end(this.name);
      else if (url.startsWith("/wait/")) setTimeout(() => response.end(this.name), Number(url.slice(6)));
      else response.end(`${this.name} ${method} ${body.length}`);
    });
  }

  #events(response: ServerResponse): void {
    response.writeHead(200, { "content-type": "text/event-stream" });
    let count = 0;
    const timer = setInterval(() => {
      response.write(`data: ${this.name} ${Date.now()}\n\n`);
      if (++count === 5) response.end();
      if (count === 5) clearInterval(timer);
    }, 100);
    response.on("close", () => clearInterval(timer));
  }

  /** 40 chunks of 64 KB over 2 s. */
  #download(response: ServerResponse): void {
    let left = 40;
    const timer = setInterval(() => {
      response.write(Buffer.alloc(65_536, this.name.charCodeAt(0)));
      if (--left === 0) response.end();
      if (left === 0) clearInterval(timer);
    }, 50);
    response.on("close", () => clearInterval(timer));
  }

  /** Answers each text frame (up to 125 bytes) with its own name. */
  #upgrade(request: IncomingMessage, socket: Socket): void {
    const key = request.headers["sec-websocket-key"] ?? "";
    const accept = createHash("sha1").update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest("base64");
    socket.on("error", () => undefined);
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
    );
    socket.on("data", () =>
      socket.write(Buffer.concat([Buffer.from([0x81, this.name.length]), Buffer.from(this.name)])),
    );
  }
}
