import type { Server } from "node:http";
import type { Socket } from "node:net";

/** Ends connections that carry no request now: `idle` ones, and those that a browser opened ahead and never used. */
export function trackConnections(server: Server): { endUnused(): void } {
  const opened = new Set<Socket>();
  server.on("connection", (socket) => {
    opened.add(socket);
    socket.once("close", () => opened.delete(socket));
  });
  return {
    endUnused() {
      server.closeIdleConnections();
      for (const socket of opened) if (socket.bytesRead === 0) socket.destroy();
    },
  };
}
