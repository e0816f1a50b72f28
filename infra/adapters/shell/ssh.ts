import { createServer, type Server, type Socket } from "node:net";
import { Client, type ClientChannel } from "ssh2";
import { messageOf, UnknownError } from "../../model/errors.ts";
import { WaitingShells } from "./waiting-shells.ts";
import { quote, type HostShell, type Ran, type Reached } from "./shell.ts";

export interface SshTarget {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** OpenSSH or PEM text. */
  readonly privateKey: string;
  /** Public key line that the server must show; null accepts any. */
  readonly hostKey: string | null;
}

const connectTimeout = 10_000;
const keepalive = 5_000;

/** A host over SSH: one connection, opened at the first call, opened anew at the next call after it broke. */
export function sshShell(target: SshTarget): HostShell {
  let connection: Promise<Client> | null = null;
  const forwards = new Map<string, Promise<{ reached: Reached; server: Server }>>();

  async function connected(): Promise<Client> {
    if (!connection) {
      const opened = connect(target, () => {
        // One that closes late must not make the one after it be forgotten.
        if (connection === opened) connection = null;
      });
      connection = opened;
    }
    return connection;
  }

  return {
    async run(argv, { stdin, timeoutMs }) {
      const deadline = timer(timeoutMs, `${target.host}: no answer within ${timeoutMs} ms`);
      try {
        return await Promise.race([connected().then((client) => execute(client, argv, stdin ?? "")), deadline.passed]);
      } finally {
        deadline.stop();
      }
    },
    async reach(address, port) {
      const key = `${address}:${port}`;
      const made = forwards.get(key) ?? forward(connected, address, port);
      forwards.set(key, made);
      made.catch(() => forwards.delete(key));
      return (await made).reached;
    },
    async close() {
      const servers = await Promise.allSettled(forwards.values());
      for (const made of servers) if (made.status === "fulfilled") made.value.server.close();
      const open = connection;
      connection = null;
      await open?.then((client) => client.end()).catch(() => undefined);
    },
  };
}

function connect(target: SshTarget, onClose: () => void): Promise<Client> {
  const expected = target.hostKey?.split(" ")[1];
  return new Promise((resolve, reject) => {
    const client = new Client();
    client
      // A call is a few small packets, each waiting for the other side's answer to the one before.
      .once("ready", () => resolve(client.setNoDelay(true)))
      .on("error", (error) => reject(new UnknownError(`${target.host}: ${messageOf(error)}`, { cause: error })))
      .once("close", () => {
        onClose();
        reject(new UnknownError(`${target.host}: the SSH connection was closed`));
      })
      .connect({
        host: target.host,
        port: target.port,
        username: target.user,
        privateKey: target.privateKey,
        readyTimeout: connectTimeout,
        keepaliveInterval: keepalive,
        ...(expected === undefined ? {} : { hostVerifier: (key: Buffer) => key.toString("base64") === expected }),
      });
  });
}

async function execute(client: Client, argv: readonly string[], stdin: string): Promise<Ran> {
  const waiting = shells.get(client) ?? new WaitingShells(client);
  shells.set(client, waiting);
  const command = argv.map(quote).join(" ");
  try {
    // A waiting shell reads one line; a command of several is begun anew.
    const channel = command.includes("\n") ? undefined : waiting.take();
    return channel ? await follow(channel, stdin, `${command}\n`) : await begin(client, command, stdin);
  } finally {
    waiting.refill();
  }
}

const shells = new WeakMap<Client, WaitingShells>();

function begin(client: Client, command: string, stdin: string): Promise<Ran> {
  return new Promise((resolve, reject) => {
    client.exec(command, (error, channel: ClientChannel) => {
      if (error) reject(new UnknownError(messageOf(error), { cause: error }));
      else resolve(follow(channel, stdin));
    });
  });
}

/** What a command on this channel comes to, after these lines and with this input. */
function follow(channel: ClientChannel, stdin: string, line = ""): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    let exitCode: number | null = null;
    let exited = false;
    channel
      .on("data", (chunk: Buffer) => stdout.push(chunk))
      .on("exit", (code: number | null) => {
        exitCode = code;
        exited = true;
      })
      .on("close", () => {
        if (!exited) reject(new UnknownError("the SSH connection ended before the command did"));
        else resolve({ exitCode, stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString() });
      })
      .stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
    // A program that doesn't read its input closes it: that is its right.
    channel.on("error", () => undefined);
    channel.end(`${line}${stdin}`);
  });
}

/** A port of this machine's loopback whose connections come out on the host. */
async function forward(connected: () => Promise<Client>, address: string, port: number) {
  const server = createServer((socket) => {
    socket.on("error", () => socket.destroy());
    connected()
      .then((client) => tunnel(client, socket, address, port))
      .catch(() => socket.destroy());
  });
  server.unref();
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(0, "127.0.0.1", resolve);
  });
  const bound = server.address();
  if (bound === null || typeof bound === "string") throw new UnknownError("no local port for a tunnel");
  return { server, reached: { host: "127.0.0.1", port: bound.port } };
}

function tunnel(client: Client, socket: Socket, address: string, port: number): void {
  client.forwardOut("127.0.0.1", 0, address, port, (error, channel) => {
    if (error) {
      socket.destroy(error);
      return;
    }
    channel.on("error", () => socket.destroy());
    channel.on("close", () => socket.destroy());
    socket.on("close", () => channel.close());
    socket.pipe(channel).pipe(socket);
  });
}

function timer(ms: number, message: string) {
  let stop = () => {};
  const passed = new Promise<never>((_, reject) => {
    const handle = setTimeout(() => reject(new UnknownError(message)), ms);
    stop = () => clearTimeout(handle);
  });
  return { passed, stop: () => stop() };
}
