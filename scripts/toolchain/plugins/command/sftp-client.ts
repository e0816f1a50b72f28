import type { Client, SFTPWrapper, Stats } from "ssh2";
import { refusal, whileConnected } from "./ssh-session.ts";

const CHUNK_BYTES = 32 * 1024;
const CHUNKS_AT_ONCE = 16;

/** The few file operations that a copy needs, with failures in the official plugin's words. */
export interface Sftp {
  /** What is at the path, links followed; nothing where there is nothing. */
  stat(path: string): Promise<Stats | undefined>;
  makeFolder(path: string): Promise<void>;
  /** Makes the file or empties it; a new one gets the server's default permissions. */
  create(path: string): Promise<Buffer>;
  /** Writes the parts at their offsets, several at a time. */
  write(handle: Buffer, parts: AsyncIterable<Buffer> | Iterable<Buffer>): Promise<void>;
  close(handle: Buffer): Promise<void>;
  end(): void;
}

export function openSftp(client: Client): Promise<Sftp> {
  return whileConnected(client, (resolve, reject) => {
    client.sftp((error, wrapper) => {
      if (error) reject(/subsystem/i.test(error.message) ? new Error("ssh: subsystem request failed") : refusal(error));
      else resolve(wrap(wrapper));
    });
  });
}

function wrap(sftp: SFTPWrapper): Sftp {
  const lost = new Promise<never>((_resolve, reject) => {
    sftp.once("close", () => reject(new SftpFailure("connection lost", undefined)));
  });
  lost.catch(() => undefined);
  const call = <T>(start: (done: (error: unknown, result?: T) => void) => void): Promise<T> => {
    const answered = new Promise<T>((resolve, reject) => {
      start((error, result) => (error ? reject(failure(error)) : resolve(result as T)));
    });
    return Promise.race([answered, lost]);
  };
  return {
    stat: (path) => call<Stats>((done) => sftp.stat(path, done)).catch(nothingWhereMissing),
    makeFolder: (path) => call((done) => sftp.mkdir(path, done)),
    create: (path) => call<Buffer>((done) => sftp.open(path, "w+", done)),
    write: (handle, parts) =>
      writeAll(parts, (chunk, offset) => call((done) => sftp.write(handle, chunk, 0, chunk.length, offset, done))),
    close: (handle) => call((done) => sftp.close(handle, done)),
    end: () => sftp.end(),
  };
}

async function writeAll(
  parts: AsyncIterable<Buffer> | Iterable<Buffer>,
  write: (chunk: Buffer, offset: number) => Promise<void>,
): Promise<void> {
  const running = new Set<Promise<void>>();
  let offset = 0;
  for await (const part of parts) {
    for (let start = 0; start < part.length; start += CHUNK_BYTES) {
      const chunk = part.subarray(start, start + CHUNK_BYTES);
      const written = write(chunk, offset).finally(() => running.delete(written));
      // The first failure ends the copy; those of the other writes under way are not news.
      written.catch(() => undefined);
      running.add(written);
      offset += chunk.length;
      if (running.size >= CHUNKS_AT_ONCE) await Promise.race(running);
    }
  }
  await Promise.all(running);
}

class SftpFailure extends Error {
  readonly status: number | undefined;

  constructor(message: string, status: number | undefined) {
    super(message);
    this.status = status;
  }
}

const NO_SUCH_FILE = 2;
const NAMES: Readonly<Record<number, string>> = {
  1: "SSH_FX_EOF",
  4: "SSH_FX_FAILURE",
  5: "SSH_FX_BAD_MESSAGE",
  6: "SSH_FX_NO_CONNECTION",
  7: "SSH_FX_CONNECTION_LOST",
  8: "SSH_FX_OP_UNSUPPORTED",
};

function failure(error: unknown): SftpFailure {
  const { code, message } = error as { code?: unknown; message: string };
  if (typeof code !== "number") return new SftpFailure(message, undefined);
  if (code === NO_SUCH_FILE) return new SftpFailure("file does not exist", code);
  if (code === 3) return new SftpFailure("permission denied", code);
  return new SftpFailure(`sftp: "${message}" (${NAMES[code] ?? `SSH_FX_${code}`})`, code);
}

function nothingWhereMissing(error: unknown): undefined {
  if (error instanceof SftpFailure && error.status === NO_SUCH_FILE) return undefined;
  throw error;
}
