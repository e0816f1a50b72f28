import { randomBytes } from "node:crypto";
import { chmodSync, chownSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import pg from "pg";
import { LocalSetupError, type OnProgress } from "./errors.ts";
import { sweepLeftovers } from "./leftovers.ts";
import { claimPort } from "./ports.ts";
import { postgresFolders, requireProgram } from "./programs.ts";
import { createRunFolder } from "./run-folder.ts";
import { startSupervised } from "./supervised.ts";

const USER = "sluice";
const DATABASE = "postgres";

export interface LocalPostgres {
  /** With user and password; over TCP on loopback. */
  readonly url: string;
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
  /** Folder of its unix socket. */
  readonly socketFolder: string;
  stop(): Promise<void>;
}

export interface LocalPostgresOptions {
  /** @default "127.0.0.1" */
  readonly address?: string;
  /**
   * 0 takes a free one.
   * @default 0
   */
  readonly port?: number;
  readonly onProgress?: OnProgress;
}

interface Account {
  readonly uid: number;
  readonly gid: number;
}

/** An account's ids from /etc/passwd; `undefined` when there is none. */
export function accountOf(passwd: string, name: string): Account | undefined {
  const fields = passwd
    .split("\n")
    .find((line) => line.startsWith(`${name}:`))
    ?.split(":");
  return fields && { uid: Number(fields[2]), gid: Number(fields[3]) };
}

/**
 * A real PostgreSQL, empty, that keeps what it promises (fsync is on).
 * @throws LocalSetupError when it is missing, doesn't start, or the port is taken.
 */
export async function startPostgres({
  address = "127.0.0.1",
  port: wanted = 0,
  onProgress = () => undefined,
}: LocalPostgresOptions = {}): Promise<LocalPostgres> {
  const server = requireProgram("postgres", "postgresql-15", postgresFolders());
  const initdb = requireProgram("initdb", "postgresql-15", postgresFolders());
  await sweepLeftovers(onProgress);
  const port = await claimPort(address, wanted, "PostgreSQL");
  const account = unprivilegedAccount();
  const folder = createRunFolder("postgres");
  const password = randomBytes(18).toString("base64url");
  onProgress("PostgreSQL: creating a database cluster");
  const data = await createCluster(initdb, folder, password, account);
  const supervised = await startSupervised(folder, [
    {
      name: "postgres",
      command: server,
      args: ["-D", data, "-c", `listen_addresses=${address}`, "-p", String(port), "-k", folder],
      ...account,
    },
  ]);
  const url = `postgresql://${USER}:${password}@${address}:${port}/${DATABASE}`;
  try {
    await supervised.untilReady("postgres", () => postgresAnswers(url));
  } catch (error) {
    await supervised.stop();
    throw error;
  }
  onProgress(`PostgreSQL: ready at ${address}:${port}`);
  return {
    url,
    host: address,
    port,
    user: USER,
    password,
    database: DATABASE,
    socketFolder: folder,
    stop: () => supervised.stop(),
  };
}

/** PostgreSQL refuses to run as root. */
function unprivilegedAccount(): Account | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const passwd = readFileSync("/etc/passwd", "utf8");
  const account = accountOf(passwd, "postgres") ?? accountOf(passwd, "nobody");
  if (!account) throw new LocalSetupError("PostgreSQL needs an unprivileged account (postgres or nobody) to run as");
  return account;
}

async function createCluster(initdb: string, folder: string, password: string, account?: Account): Promise<string> {
  const data = join(folder, "data");
  const passwordFile = join(folder, "password");
  mkdirSync(data, { mode: 0o700 });
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (account) {
    for (const path of [folder, data, passwordFile]) chownSync(path, account.uid, account.gid);
    chmodSync(folder, 0o711);
  }
  try {
    await execa(
      initdb,
      ["-D", data, "-U", USER, `--pwfile=${passwordFile}`, "-A", "scram-sha-256", "-E", "UTF8", "--no-locale", "-N"],
      { ...account, cwd: folder },
    );
  } catch (error) {
    rmSync(folder, { recursive: true });
    throw new LocalSetupError(`initdb failed: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
  rmSync(passwordFile);
  return data;
}

async function postgresAnswers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  try {
    await client.connect();
    await client.end();
    return true;
  } catch {
    return false;
  }
}
