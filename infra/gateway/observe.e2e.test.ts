import { appendFileSync, readdirSync, rmSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { observeReply, type ObserveReply } from "./host-reply.ts";
import { tallies } from "./observation.ts";
import { gatewayPaths } from "./paths.ts";
import { TestHost } from "./testing/host.ts";
import { Load } from "./testing/load.ts";
import { pause, TestService } from "./testing/service.ts";

const host = new TestHost("127.0.93.4", 29300);
const service = new TestService(host, "org1/react-ui", 29310);
const { calls } = host;

beforeAll(async () => {
  await host.applyBase();
  await host.start();
  await service.up();
  await service.settle(1, "blue");
});

afterAll(async () => {
  await host.stop();
  await service.down();
});

async function observe(cursor: string | null): Promise<ObserveReply> {
  await pause(1200);
  return observeReply.parse(await host.run(calls.observe(service.name, cursor)));
}

describe("observe", () => {
  it("counts each request once, by slot, status and duration, and leaves private ones out", async () => {
    const { cursor } = await observe(null);
    for (const path of ["/a", "/status/502", "/status/404", "/wait/120", "/events"]) {
      await host.public(path, { headers: path === "/events" ? { accept: "text/event-stream" } : {} });
    }
    await host.through("/private", "000");
    await host.public('/quote"and\\slash');
    const seen = await observe(cursor);
    expect(seen.slots.blue).toMatchObject({ requests: 6, streams: 1, statuses: { "200": 4, "404": 1, "502": 1 } });
    const { blue, green } = tallies(seen);
    expect([blue.errors, green.requests]).toEqual([1, 0]);
    const times = [...blue.milliseconds].flatMap(([time, count]) => Array.from({ length: count }, () => time));
    expect(times).toHaveLength(5);
    expect(Math.max(...times)).toBeGreaterThanOrEqual(120);
    expect((await observe(seen.cursor)).slots).toEqual({});
  });

  it("loses and doubles nothing when logs are rotated under load", async () => {
    let { cursor } = await observe(null);
    let counted = 0;
    const look = async () => {
      const seen = await observe(cursor);
      expect(seen.gap).toBe(false);
      cursor = seen.cursor;
      counted += seen.slots.blue?.requests ?? 0;
    };
    const load = new Load(host.address, host.ports.site, 8, 10);
    for (let round = 0; round < 3; round++) {
      await look();
      expect(await host.run(calls.rotateLogs(1, 9))).toMatchObject({ rotated: ["access"] });
    }
    await look();
    const { sent, failures } = await load.stop();
    await look();
    expect(failures).toEqual([]);
    expect(counted).toBe(sent);
  });

  it("keeps as many files as it is told", async () => {
    await host.public("/a");
    await pause(1200);
    await host.run(calls.rotateLogs(1, 2));
    const files = readdirSync(gatewayPaths(host.root).logs).filter((file) => file.startsWith("access.log."));
    expect(files.sort()).toEqual(["access.log.1", "access.log.2"]);
    expect(await host.run(calls.rotateLogs(1_000_000, 2))).toMatchObject({ rotated: [] });
  });

  it("leaves a line that is still being written for the next call", async () => {
    const { cursor } = await observe(null);
    const start =
      '{"time":1.000,"org":"org1","service":"react-ui","slot":"green","bucket":"001","stream":"","status":"200",';
    appendFileSync(gatewayPaths(host.root).accessLog, `${start}"request_time":0.0`);
    const half = await observe(cursor);
    expect(half.slots).toEqual({});
    appendFileSync(gatewayPaths(host.root).accessLog, '42,"bytes":1}\n');
    expect((await observe(half.cursor)).slots.green).toMatchObject({ requests: 1, milliseconds: { "42": 1 } });
  });

  it("says so when the files it had read are gone", async () => {
    const { cursor } = await observe(null);
    const { logs } = gatewayPaths(host.root);
    await host.public("/a");
    await pause(1200);
    await host.run(calls.rotateLogs(1, 1));
    rmSync(`${logs}/access.log.1`);
    await host.public("/b");
    expect(await observe(cursor)).toMatchObject({ gap: true, slots: { blue: { requests: 1 } } });
  });
});
