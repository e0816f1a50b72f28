import type { Server } from "node:http";
import { WebSocketServer } from "ws";
import type { Service } from "./service.ts";

const PATH = "/api/socket";
const GOING_AWAY = 1001;

/** Echoes every WebSocket message at `/api/socket`; says hello with version and slot, goodbye when stopping. */
export function serveSockets(server: Server, service: Service): WebSocketServer {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: 1024 * 1024 });
  server.on("upgrade", (request, socket, head) => {
    if (new URL(request.url ?? "/", "http://service").pathname !== PATH) {
      socket.end("HTTP/1.1 404 Not Found\r\nconnection: close\r\ncontent-length: 0\r\n\r\n");
      return;
    }
    sockets.handleUpgrade(request, socket, head, (client) => {
      const { version, slot } = service.settings;
      client.send(JSON.stringify({ hello: { version, slot } }));
      client.on("message", (data, binary) => client.send(data, { binary }));
      client.on("error", (error) => service.log("warn", "socket failed", { error: String(error) }));
    });
  });
  service.stopping.addEventListener("abort", () => {
    for (const client of sockets.clients) client.close(GOING_AWAY, "stopping");
  });
  return sockets;
}
