import { createReadStream } from "node:fs";
import { open, readdir, stat } from "node:fs/promises";
import { basename, posix } from "node:path";
import { errorText } from "./go-text.ts";
import type { Copy } from "./inputs.ts";
import type { Operation } from "./operation.ts";
import { endReason } from "./operation.ts";
import type { Sftp } from "./sftp-client.ts";
import { openSftp } from "./sftp-client.ts";
import type { Pool } from "./ssh-pool.ts";

/**
 * Copies a file, a text or a folder to another host. What is there is overwritten, nothing is removed. A folder goes
 * into the remote path under its own name, or with a trailing slash its contents do; a file into an existing folder.
 */
export async function copyToRemote({ connection, source, remotePath }: Copy, operation: Operation, pool: Pool) {
  const isText = source.kind === "asset" && source.path === "";
  const from = isText ? "text asset" : `local file ${source.path}`;
  await operation.log("DEBUG", `Creating file: ${connection.host}:${remotePath} from ${from}`);
  await pool(connection, operation, async ({ client }) => {
    const sftp = await openSftp(client);
    const stop = () => sftp.end();
    operation.signal.addEventListener("abort", stop);
    try {
      if (operation.signal.aborted) throw endReason(operation.signal);
      await until(
        operation,
        isText ? copyText(sftp, source.text, remotePath) : copyPath(sftp, source.path, remotePath),
      );
    } finally {
      operation.signal.removeEventListener("abort", stop);
      sftp.end();
    }
  });
}

function until<T>({ signal }: Operation, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.addEventListener("abort", () => reject(endReason(signal)), { once: true });
    work.then(resolve, reject);
  });
}

async function copyText(sftp: Sftp, text: string, to: string): Promise<void> {
  const there = await statRemote(sftp, to);
  if (there?.isDirectory()) {
    throw new Error(`remote path ${to} is a directory; when using a text asset, remotePath must be a file path`);
  }
  await makeParents(sftp, to);
  const file = await orExplain(sftp.create(to), `failed to create remote file ${to}`);
  try {
    await orExplain(sftp.write(file, [Buffer.from(text)]), `failed to write text content to remote path ${to}`);
  } finally {
    await sftp.close(file);
  }
}

async function copyPath(sftp: Sftp, from: string, to: string): Promise<void> {
  const local = await stat(from).catch((error: unknown) => fail(`open ${from}: ${errorText(error)}`));
  const there = await statRemote(sftp, to);
  if (local.isDirectory()) {
    if (there === undefined) await makeFolders(sftp, to, `failed to create remote directory ${to}`);
    return copyFolder(sftp, from, from.endsWith("/") ? to : posix.join(to, basename(from)));
  }
  if (there?.isDirectory()) return copyFile(sftp, from, posix.join(to, basename(from)));
  if (there === undefined) await makeParents(sftp, to);
  return copyFile(sftp, from, to);
}

/** In the order of names; links are copied as what they lead to. */
async function copyFolder(sftp: Sftp, from: string, to: string): Promise<void> {
  const there = await statRemote(sftp, to);
  if (there === undefined) await orExplain(sftp.makeFolder(to), `failed to create remote directory ${to}`);
  else if (!there.isDirectory()) throw new Error(`remote path ${to} exists but is not a directory`);
  const entries = await readdir(from, { withFileTypes: true });
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const [source, target] = [posix.join(from, entry.name), posix.join(to, entry.name)];
    if (entry.isDirectory()) await copyFolder(sftp, source, target);
    else await copyFile(sftp, source, target);
  }
}

async function copyFile(sftp: Sftp, from: string, to: string): Promise<void> {
  const local = await open(from).catch((error: unknown) => fail(`open ${from}: ${errorText(error)}`));
  try {
    const file = await orExplain(sftp.create(to), `failed to create remote file ${to}`);
    try {
      const parts = createReadStream("", { fd: local, autoClose: false }) as AsyncIterable<Buffer>;
      await orExplain(sftp.write(file, parts), `failed to copy file ${from} to remote path ${to}`);
    } finally {
      await sftp.close(file);
    }
  } finally {
    await local.close();
  }
}

function statRemote(sftp: Sftp, path: string) {
  return orExplain(sftp.stat(path), `failed to stat remote path ${path}`);
}

function makeParents(sftp: Sftp, path: string): Promise<void> {
  return makeFolders(sftp, posix.dirname(path), `failed to create parent directories for ${path}`);
}

async function makeFolders(sftp: Sftp, path: string, what: string): Promise<void> {
  const there = await orExplain(sftp.stat(path), what);
  if (there?.isDirectory()) return;
  if (there !== undefined) throw new Error(`${what}: mkdir ${path}: not a directory`);
  const parent = posix.dirname(path);
  if (parent !== path) await makeFolders(sftp, parent, what);
  await orExplain(sftp.makeFolder(path), what);
}

async function orExplain<T>(work: Promise<T>, what: string): Promise<T> {
  return work.catch((error: unknown) => fail(`${what}: ${errorText(error)}`));
}

function fail(message: string): never {
  throw new Error(message);
}
