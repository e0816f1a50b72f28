import { createServer } from "node:net";
import { LocalSetupError, PortInUseError } from "./errors.ts";

/**
 * The port to listen on: the one asked for, or a free one for 0.
 * @throws PortInUseError when the one asked for is taken.
 */
export function claimPort(address: string, port: number, what: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", (error: NodeJS.ErrnoException) => {
      const taken = error.code === "EADDRINUSE";
      reject(
        taken
          ? new PortInUseError(address, port, what)
          : new LocalSetupError(`${what} can't listen on ${address}:${port}: ${error.message}`, { cause: error }),
      );
    });
    probe.listen({ port, host: address, exclusive: true }, () => {
      const bound = probe.address();
      probe.close(() => resolve(typeof bound === "object" && bound ? bound.port : port));
    });
  });
}
