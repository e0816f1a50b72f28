import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";

export interface Asked {
  readonly request: IncomingMessage;
  readonly body: string;
}

/** A server that gives every question the answer that it has now. */
export class Answering {
  readonly asked: Asked[] = [];
  status = 200;
  /** `null` never answers. */
  body: string | ((url: URL) => string) | null = "";
  readonly #server: Server;

  constructor() {
    this.#server = createServer((request, response) => {
      let text = "";
      request.on("data", (chunk: Buffer) => (text += chunk.toString()));
      request.on("end", () => {
        this.asked.push({ request, body: text });
        const { body } = this;
        const url = new URL(request.url ?? "", "http://server");
        if (body !== null) response.writeHead(this.status).end(typeof body === "string" ? body : body(url));
      });
    });
  }

  /** Its address. */
  async start(status: number, body: string | null): Promise<string> {
    this.status = status;
    this.body = body;
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}
