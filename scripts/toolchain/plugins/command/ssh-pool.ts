import type { Connection } from "./inputs.ts";
import { endReason } from "./operation.ts";
import type { Operation } from "./operation.ts";
import type { Dialed } from "./ssh-dial.ts";
import { dial } from "./ssh-dial.ts";

/** Below OpenSSH's MaxSessions, 10 by default. */
const SESSIONS_PER_CONNECTION = 8;

/** The server takes no further session on this connection; nothing was run. */
export class SessionRefused extends Error {}

interface Shared {
  readonly key: unknown;
  readonly dialed: Promise<Dialed>;
  /** How many operations had ended when it was opened. */
  readonly openedAt: number;
  readonly users: Set<Operation>;
  readonly abandon: AbortController;
  full: boolean;
}

/** Runs one piece of work on a connection, which is closed when nobody works on it any more. */
export type Pool = <T>(connection: Connection, operation: Operation, work: (to: Dialed) => Promise<T>) => Promise<T>;

/**
 * Shares connections among operations that overlap, and only among them: once any operation has ended, the next opens
 * its own, since what just ended may have changed what a sign-in finds (groups, accepted variables, the server itself).
 * So nobody can tell the sharing, and a crowd doesn't run into the server's MaxStartups.
 */
export function pool(ended: () => number): Pool {
  const open = new Set<Shared>();
  const isFree = (shared: Shared) =>
    shared.openedAt === ended() && !shared.full && shared.users.size < SESSIONS_PER_CONNECTION;
  return async (connection, operation, work) => {
    // What ends at its timeout takes its connection's other sessions with it.
    const key = operation.hasTimeout ? operation : JSON.stringify(connection);
    for (;;) {
      const found = [...open].find((shared) => shared.key === key && isFree(shared));
      const shared = found ?? start(key, connection, ended());
      open.add(shared);
      shared.users.add(operation);
      try {
        return await work(await reached(shared, operation));
      } catch (error) {
        if (!(error instanceof SessionRefused) || found === undefined) throw error;
        shared.full = true;
      } finally {
        shared.users.delete(operation);
        if (shared.users.size === 0) end(shared, open);
      }
    }
  };
}

/** All users see the attempts to connect; they go on until the last user has given up. */
function start(key: unknown, connection: Connection, openedAt: number): Shared {
  const users = new Set<Operation>();
  const abandon = new AbortController();
  const dialing: Operation = {
    urn: "",
    signal: abandon.signal,
    hasTimeout: false,
    log: async (...message) => void (await Promise.all([...users].map((user) => user.log(...message)))),
    status: async (...message) => void (await Promise.all([...users].map((user) => user.status(...message)))),
  };
  return { key, dialed: dial(connection, dialing), openedAt, users, abandon, full: false };
}

function end(shared: Shared, open: Set<Shared>): void {
  open.delete(shared);
  shared.abandon.abort(new Error("context canceled"));
  shared.dialed.then(
    (dialed) => dialed.close(),
    () => undefined,
  );
}

async function reached(shared: Shared, { signal }: Operation): Promise<Dialed> {
  if (signal.aborted) throw endReason(signal);
  let stop = () => {};
  const given = new Promise<never>((_resolve, reject) => {
    stop = () => reject(endReason(signal));
    signal.addEventListener("abort", stop);
  });
  return Promise.race([shared.dialed, given]).finally(() => signal.removeEventListener("abort", stop));
}
