import { createServer, connect, type Server, type Socket } from "node:net";

/** The network between the driver and its ledger, which can be cut. */
export interface LedgerLine {
  readonly port: number;
  /** Breaks what is open and refuses what comes. */
  cut(): Promise<void>;
  mend(): Promise<void>;
  /** For good. */
  stop(): void;
}

/** A port of `address` whose connections come out at `to`. */
export async function ledgerLine(address: string, to: { host: string; port: number }): Promise<LedgerLine> {
  const open = new Set<Socket>();
  const server: Server = createServer((near) => {
    const far = connect(to.port, to.host);
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(one);
      one.on("error", () => one.destroy());
      one.on("close", () => {
        open.delete(one);
        other.destroy();
      });
      one.pipe(other);
    }
  });
  const listen = (port: number) =>
    new Promise<void>((resolve, reject) => void server.once("error", reject).listen(port, address, resolve));
  await listen(0);
  const bound = server.address();
  if (bound === null || typeof bound === "string") throw new TypeError("a TCP server has a port");
  return {
    port: bound.port,
    cut: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of open) socket.destroy();
      }),
    mend: () => listen(bound.port),
    stop: () => {
      server.close();
      for (const socket of open) socket.destroy();
    },
  };
}
