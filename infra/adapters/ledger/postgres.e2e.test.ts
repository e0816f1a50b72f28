import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
// The adapters know nothing of scripts/; only this test needs a server to talk to.
import { startPostgres, type LocalPostgres } from "../../../scripts/local/postgres.ts";
import { minute, stream } from "../../ledger/testing/events.ts";
import { InputError, UnknownError } from "../../model/errors.ts";
import type { LedgerSettings } from "../../model/settings/environment.ts";
import { backupLedger, openLedger, restoreLedger, verifyLedger } from "./index.ts";
import type { Place } from "./testing/place.ts";
import { filledPlace } from "./testing/suite-guard.ts";
import { ledgerSuite } from "./testing/suite.ts";

const settings: LedgerSettings = { kind: "postgres", url: { secret: { env: "LEDGER_URL" } } };
let server: LocalPostgres;
let databases = 0;

beforeAll(async () => {
  server = await startPostgres({ address: "127.0.95.1" });
});
afterAll(() => server.stop());

async function query<Row extends pg.QueryResultRow>(url: string, statement: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(statement)).rows;
  } finally {
    await client.end();
  }
}

/** A database of its own, empty. */
async function newPlace(): Promise<Place> {
  const name = `ledger_${String(++databases)}`;
  await query(server.url, `create database ${name}`);
  const url = Object.assign(new URL(server.url), { pathname: name }).href;
  return {
    settings,
    resolve: () => Promise.resolve(url),
    environment: { LEDGER_URL: url },
    raw: async (statement) => {
      await query(url, statement);
    },
    unguard: ["sluice_entries", "sluice_meta"].map((table) => `alter table ${table} disable trigger all`),
    untouched: async () =>
      (await query(url, "select 1 from pg_tables where schemaname not in ('pg_catalog', 'information_schema')"))
        .length === 0,
  };
}

ledgerSuite("PostgreSQL", newPlace);

describe("a ledger on a server", () => {
  /** A URL of the server with something else in it. */
  const changed = (change: Partial<URL>) => () => Promise.resolve(Object.assign(new URL(server.url), change).href);

  it("can't be truncated", async () => {
    const place = await filledPlace(newPlace);
    await expect(place.raw("truncate sluice_entries")).rejects.toThrow("append-only");
  });

  it.each([
    ["nobody listens", { port: "1" }, "ECONNREFUSED"],
    ["the password is wrong", { password: "wrong-password" }, "password authentication failed"],
    ["the database is missing", { pathname: "elsewhere" }, 'database "elsewhere" does not exist'],
  ])("is unknown when %s, in words without the password", async (_what, change, words) => {
    const resolve = changed(change);
    const error = await openLedger(settings, { resolve }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(UnknownError);
    expect(String(error)).toContain(words);
    expect(String(error)).toContain("PostgreSQL at 127.0.95.1:");
    expect(String(error)).not.toContain(new URL(await resolve()).password);
  });

  it("is unknown within seconds when the server accepts and says nothing", async () => {
    const silent = createServer().listen(0, "127.0.95.1");
    await new Promise((listening) => silent.once("listening", listening));
    const address = silent.address();
    const port = String(typeof address === "object" ? address?.port : "");
    const start = performance.now();
    await expect(openLedger(settings, { resolve: changed({ port }) })).rejects.toThrow(UnknownError);
    expect(performance.now() - start).toBeLessThan(10_000);
    silent.close();
  });

  it("is unknown while the connection is cut, and goes on afterwards", async () => {
    const place = await filledPlace(newPlace);
    const ledger = await openLedger(settings, place);
    await ledger.read(stream);
    await query(server.url, "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'sluice'");
    const appended = ledger.append(stream, 6, { kind: "resumed", rollout: "r1" }, "alice", minute(6));
    const outcome = await appended.then(
      () => "appended",
      (reason: unknown) => reason,
    );
    // The pool may have seen the cut already and have opened another connection.
    if (outcome !== "appended") expect(outcome).toBeInstanceOf(UnknownError);
    expect(await ledger.read(stream)).toHaveLength(outcome === "appended" ? 6 : 5);
    await ledger.close();
  });

  it("with a URL of another kind is wrong input, and the URL isn't shown", async () => {
    const opened = openLedger(settings, { resolve: () => Promise.resolve("mysql://root:hunter2@db/x") });
    const error = await opened.catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(InputError);
    expect(String(error)).toContain("ledger.url");
    expect(String(error)).not.toContain("hunter2");
  });

  it("moves to a file and back to a server by its backup", async () => {
    const from = await filledPlace(newPlace);
    const to = await newPlace();
    const folder = await mkdtemp(join(tmpdir(), "sluice-move-"));
    const inFile: LedgerSettings = { kind: "sqlite", file: join(folder, "ledger.db") };
    const [out, back] = [join(folder, "out.jsonl"), join(folder, "back.jsonl")];
    try {
      await backupLedger(settings, out, from.resolve);
      await restoreLedger(inFile, out, from.resolve);
      await backupLedger(inFile, back, from.resolve);
      await restoreLedger(settings, back, to.resolve);
      expect(await readFile(back, "utf8")).toBe(await readFile(out, "utf8"));
      const [before, after] = [await verifyLedger(settings, from.resolve), await verifyLedger(settings, to.resolve)];
      expect({ ...after, where: "" }).toEqual({ ...before, where: "" });
      expect(before.streams).toHaveLength(2);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
