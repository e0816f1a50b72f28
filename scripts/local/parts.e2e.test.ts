import { existsSync } from "node:fs";
import { connect } from "node:net";
import { once } from "node:events";
import pg from "pg";
import { describe, expect, it } from "vitest";
import { startPostgres } from "./postgres.ts";
import { startRegistry } from "./registry.ts";
import { tracesOf } from "./testing/traces.ts";

describe("the local PostgreSQL", () => {
  it("keeps data, wants its password, and ends at once with clients connected", async () => {
    const postgres = await startPostgres({ address: "127.0.94.5" });
    const client = new pg.Client({ connectionString: postgres.url });
    client.on("error", () => undefined); // it is stopped under us below
    await client.connect();
    await client.query("CREATE TABLE kept (value text); INSERT INTO kept VALUES ('here')");
    const { rows } = await client.query("SELECT value, current_setting('fsync') AS fsync FROM kept");
    expect(rows).toEqual([{ value: "here", fsync: "on" }]);

    const stranger = new pg.Client({ ...postgres, password: "wrong" });
    await expect(stranger.connect()).rejects.toThrow("password authentication failed");
    const overSocket = new pg.Client({ ...postgres, host: postgres.socketFolder });
    await overSocket.connect();
    await overSocket.end();

    await postgres.stop();
    expect([tracesOf(postgres.socketFolder), existsSync(postgres.socketFolder)]).toEqual([[], false]);
    const late = connect(postgres.port, "127.0.94.5");
    await expect(once(late, "connect")).rejects.toThrow("ECONNREFUSED");
  });
});

describe("the local registry", () => {
  it("answers while it runs", async () => {
    const registry = await startRegistry({ address: "127.0.94.5" });
    const catalog = await fetch(`http://${registry.host}/v2/_catalog`);
    expect(await catalog.json()).toEqual({ repositories: [] });
    await registry.stop();
    await expect(fetch(`http://${registry.host}/v2/`)).rejects.toThrow();
  });
});
