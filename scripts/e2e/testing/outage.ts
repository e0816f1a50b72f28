import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { connect, createServer, type Socket } from "node:net";
import { join } from "node:path";
import { Transform } from "node:stream";
import type { LocalHost } from "../../local/hosts.ts";
import { requireProgram } from "../../local/programs.ts";

/** A TCP address in front of a server that can be cut off and come back, with all that the server holds, or be slow. */
export interface Line {
  readonly port: number;
  /** Breaks every connection and refuses new ones. */
  cut(): void;
  mend(): void;
  /** From now on everything takes so many milliseconds more, each way; 0 is at once. */
  slow(milliseconds: number): void;
  close(): Promise<void>;
}

export async function lineTo(target: { readonly host: string; readonly port: number }, host: string): Promise<Line> {
  let whole = true;
  let delay = 0;
  const late = () => delayed(() => delay);
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    if (!whole) return void client.destroy();
    const there = connect(target);
    for (const socket of [client, there]) {
      sockets.add(socket);
      socket
        .on("error", () => undefined)
        .on("close", () => {
          sockets.delete(socket);
          client.destroy();
          there.destroy();
        });
    }
    client.pipe(late()).pipe(there).pipe(late()).pipe(client);
  });
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new TypeError("no port");
  const cut = () => {
    whole = false;
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: address.port,
    cut,
    mend: () => void (whole = true),
    slow: (milliseconds) => void (delay = milliseconds),
    close: () => {
      cut();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/** Passes everything on so many milliseconds after it came, in its order; what comes meanwhile doesn't wait longer. */
function delayed(milliseconds: () => number): Transform {
  let last = 0;
  const wait = (): number => {
    last = Math.max(last, performance.now() + milliseconds());
    return Math.max(0, last - performance.now());
  };
  return new Transform({
    transform(chunk, _encoding, done) {
      setTimeout(() => this.destroyed || this.push(chunk), wait());
      done();
    },
    flush: (done) => void setTimeout(done, wait()),
  });
}

/** A host's sshd, which can be killed with every session of it and started again. It ends with its host. */
export class Sshd {
  readonly #folder: string;
  #pid: number;

  constructor({ pids, folder }: LocalHost) {
    this.#pid = pids["sshd"] ?? 0;
    if (this.#pid === 0) throw new TypeError("this host has no sshd");
    this.#folder = folder;
  }

  kill(): void {
    for (const pid of [this.#pid, ...below(this.#pid)]) {
      try {
        process.kill(pid, "SIGKILL");
      } catch {
        // A session's process may have ended in this very moment.
      }
    }
  }

  async start(): Promise<void> {
    const sshd = requireProgram("sshd", "openssh-server");
    const config = join(this.#folder, "sshd_config");
    const child = spawn(sshd, ["-D", "-e", "-f", config], { stdio: "ignore", detached: true });
    child.unref();
    await once(child, "spawn");
    this.#pid = child.pid ?? 0;
  }
}

/** Ids of all processes below one. */
function below(pid: number): readonly number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim();
  return children === "" ? [] : children.split(" ").flatMap((child) => [Number(child), ...below(Number(child))]);
}
