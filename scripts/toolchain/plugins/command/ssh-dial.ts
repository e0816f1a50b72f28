import { setTimeout as sleep } from "node:timers/promises";
import type { Duplex } from "node:stream";
import type { Client } from "ssh2";
import type { Connection } from "./inputs.ts";
import { endReason } from "./operation.ts";
import type { Operation } from "./operation.ts";
import { openSocket, prepare, signIn } from "./ssh-connect.ts";

const FIRST_DELAY_MS = 100;
const LONGEST_DELAY_MS = 5_000;
const DELAY_FACTOR = 1.5;

/** A signed-in client, and how to close it with all that it stands on. */
export interface Dialed {
  readonly client: Client;
  close(): void;
}

/** Connects, by way of the proxy where there is one, as often as the connection's error limits allow. */
export async function dial(connection: Connection, operation: Operation): Promise<Dialed> {
  const target = await prepare(connection);
  if (connection.proxy === undefined) {
    const client = await retried("Dial", connection.dialErrorLimit, operation, async () =>
      signIn(target, await openSocket(connection, operation.signal), operation.signal),
    );
    return { client, close: () => client.end() };
  }
  const proxy = await dialProxy(connection.proxy, operation);
  try {
    return await dialFrom(proxy, connection, target, operation);
  } catch (error) {
    proxy.end();
    throw viaProxy(error);
  }
}

async function dialProxy(proxy: NonNullable<Connection["proxy"]>, operation: Operation): Promise<Client> {
  try {
    const prepared = await prepare(proxy);
    return await retried("Dial proxy", proxy.dialErrorLimit, operation, async () =>
      signIn(prepared, await openSocket(proxy, operation.signal), operation.signal),
    );
  } catch (error) {
    throw viaProxy(error);
  }
}

async function dialFrom(
  proxy: Client,
  connection: Connection,
  target: Awaited<ReturnType<typeof prepare>>,
  operation: Operation,
): Promise<Dialed> {
  const limit = connection.dialErrorLimit;
  const client = await retried("Dial from proxy", limit, operation, async () =>
    signIn(target, await forward(proxy, connection.host, connection.port), operation.signal),
  );
  return { client, close: () => (client.end(), proxy.end()) };
}

function forward(proxy: Client, host: string, port: number): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    proxy.forwardOut("127.0.0.1", 0, host, port, (error, stream) => {
      if (error) reject(new Error(`ssh: rejected: connect failed (${error.message})`));
      else resolve(stream);
    });
  });
}

function viaProxy(error: unknown): Error {
  return new Error(`proxy: ${error instanceof Error ? error.message : String(error)}`);
}

/** Up to `limit` failures are tried again, each after a longer wait; -1 is without limit. */
async function retried<T>(what: string, limit: number, { signal, status }: Operation, attempt: () => Promise<T>) {
  let delay = FIRST_DELAY_MS;
  for (let tries = 1; ; tries += 1) {
    if (signal.aborted) throw endReason(signal);
    try {
      return await attempt();
    } catch (error) {
      if (limit > -1 && tries > limit)
        throw new Error(`after ${tries - 1} failed attempts: ${(error as Error).message}`);
      await status("INFO", `${what} ${tries}/${limit === -1 ? "inf" : limit} failed: retrying`);
    }
    await sleep(delay, undefined, { signal }).catch(() => Promise.reject(endReason(signal)));
    delay = Math.min(delay * DELAY_FACTOR, LONGEST_DELAY_MS);
  }
}
