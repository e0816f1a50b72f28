import { connect as connectTcp } from "node:net";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { AnyAuthMethod, Client, ConnectConfig } from "ssh2";
import { errorText } from "./go-text.ts";
import type { Endpoint } from "./inputs.ts";
import type { Ssh2 } from "./ssh-auth.ts";
import { attempted, authMethods, firstKey } from "./ssh-auth.ts";

/** An SSH server that accepts the connection and stays silent is given up, as OpenSSH gives clients up. */
const HANDSHAKE_MS = 120_000;

/** All that is needed for an attempt to connect, checked once: a wrong key or host key fails without any retry. */
export interface Prepared {
  readonly endpoint: Endpoint;
  readonly methods: readonly AnyAuthMethod[];
  readonly hostKey: { readonly type: string; readonly bytes: Buffer } | undefined;
}

export async function prepare(endpoint: Endpoint): Promise<Prepared> {
  const ssh2 = await loadSsh2();
  const hostKey = endpoint.hostKey === undefined ? undefined : parseHostKey(endpoint.hostKey, ssh2);
  return { endpoint, hostKey, methods: await authMethods(endpoint, ssh2) };
}

/** Loaded with the first remote resource: the rest of the plugin starts without it. */
async function loadSsh2(): Promise<Ssh2> {
  return (await import("ssh2")).default;
}

function parseHostKey(text: string, ssh2: Ssh2): { type: string; bytes: Buffer } {
  const parsed = ssh2.utils.parseKey(text);
  if (parsed instanceof Error) throw new Error("failed to parse host key: ssh: no key found");
  const key = firstKey(parsed);
  return { type: key.type, bytes: key.getPublicSSH() };
}

/** One TCP connection. */
export function openSocket({ host, port, perDialTimeout }: Endpoint, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connectTcp({ host, port, signal, noDelay: true });
    const address = `${host.includes(":") ? `[${host}]` : host}:${port}`;
    const fail = (why: string) => (socket.destroy(), reject(new Error(`dial tcp ${why}`)));
    socket.setTimeout(perDialTimeout * 1000, () => fail(`${address}: i/o timeout`));
    socket.once("error", (error) => fail(socketFailure(error, host, address)));
    socket.once("connect", () => {
      socket.setTimeout(0);
      socket.removeAllListeners("error");
      resolve(socket);
    });
  });
}

function socketFailure(error: NodeJS.ErrnoException, host: string, address: string): string {
  if (error.code === "ENOTFOUND" || error.code === "EAI_AGAIN") return `: lookup ${host}: no such host`.slice(2);
  const first = error instanceof AggregateError ? (error.errors[0] as NodeJS.ErrnoException) : error;
  return `${address}: connect: ${errorText(first)}`;
}

/** The SSH handshake and sign-in over an open socket, which is closed where they fail. */
export async function signIn(prepared: Prepared, socket: Duplex, signal: AbortSignal): Promise<Client> {
  const { Client } = await loadSsh2();
  const client = new Client();
  return new Promise<Client>((resolve, reject) => {
    const fail = (error: Error & { level?: string }) => {
      signal.removeEventListener("abort", stop);
      client.destroy();
      socket.destroy();
      reject(new Error(`ssh: handshake failed: ${handshakeFailure(error, prepared)}`));
    };
    const stop = () => fail(new Error("context canceled"));
    signal.addEventListener("abort", stop);
    client.once("ready", () => {
      signal.removeEventListener("abort", stop);
      client.removeListener("error", fail);
      // From here on a broken connection shows as an ended session.
      client.on("error", () => undefined);
      resolve(client);
    });
    client.once("error", fail);
    client.once("close", () => fail(new Error("EOF")));
    client.connect(config(prepared, socket));
  });
}

function config({ endpoint, methods, hostKey }: Prepared, sock: Duplex): ConnectConfig {
  return {
    sock,
    username: endpoint.user,
    readyTimeout: HANDSHAKE_MS,
    authHandler: [...methods],
    hostVerifier: (key: Buffer) => hostKey === undefined || key.equals(hostKey.bytes),
    ...(hostKey && { algorithms: { serverHostKey: [hostKey.type] as never } }),
  };
}

function handshakeFailure(error: Error & { level?: string }, { methods }: Prepared): string {
  if (error.level === "client-authentication") {
    return `ssh: unable to authenticate, attempted methods [${attempted(methods)}], no supported methods remain`;
  }
  if (/Host denied/.test(error.message)) return "ssh: host key mismatch";
  if (/no matching host key/i.test(error.message)) return "ssh: no common algorithm for host key";
  if (/Connection lost before handshake|Client network socket disconnected/.test(error.message)) return "EOF";
  return errorText(error);
}
