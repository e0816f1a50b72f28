// node backend.mjs <name> <address> <port> [folder]: one slot of a service. Says its name, the method and the body's size.
import { createServer } from "node:http";

const [name, address, port] = process.argv.slice(2);
const server = createServer((request, response) => {
  let bytes = 0;
  request.on("data", (chunk) => (bytes += chunk.length));
  request.on("end", () => response.end(`${name} ${request.method} ${bytes}`));
});
// Longer than any gateway here keeps a connection, so that none meets one that is just being closed.
server.keepAliveTimeout = 300_000;
server.listen({ host: address, port: Number(port), backlog: 4096 });

// In good order, as a well-kept service ends: requests under way are answered, idle connections closed.
process.on("SIGTERM", () => server.close(() => process.exit(0)));
