import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Between, between } from "../../analysis/counters/between.ts";
import {
  exporterCommand,
  exporterProgram,
  gatewayPaths,
  heartbeatPath,
  observeReply,
  programName,
} from "../../gateway/index.ts";
import { TestHost } from "../../gateway/testing/host.ts";
import { TestService } from "../../gateway/testing/service.ts";
import type { Reading } from "../../model/reading.ts";
import { prometheus } from "./prometheus.ts";
import { TestServer } from "./testing/server.ts";

const address = "127.0.97.1";
const host = new TestHost(address, 29_700);
const service = new TestService(host, "org1/react-ui", 29_710);
const paths = gatewayPaths(host.root);
const folder = mkdtempSync(join(tmpdir(), "sluice-prometheus-"));

const exporter = new TestServer(
  exporterCommand(host.root, { address, port: 29_720 }),
  `http://${address}:29720/metrics`,
);
const server = new TestServer(
  [
    "prometheus",
    `--config.file=${folder}/prometheus.yml`,
    `--storage.tsdb.path=${folder}/data`,
    `--web.listen-address=${address}:29721`,
  ],
  `http://${address}:29721/-/ready`,
);
const source = prometheus({
  url: `http://${address}:29721`,
  headers: {},
  labels: { job: "sluice" },
  timeoutMs: 3_000,
  maxAgeMs: 12_000,
  environment: "local",
  service: service.name,
});

beforeAll(async () => {
  mkdirSync(paths.exporter, { recursive: true });
  writeFileSync(join(paths.exporter, programName), exporterProgram({ environment: "local", host: "host-a" }));
  const scrape = { job_name: "sluice", static_configs: [{ targets: [`${address}:29720`] }] };
  writeFileSync(
    join(folder, "prometheus.yml"),
    JSON.stringify({ global: { scrape_interval: "1s", scrape_timeout: "1s" }, scrape_configs: [scrape] }),
  );
  await host.applyBase({ heartbeat: true });
  await host.start();
  await service.up();
  await service.settle(1, "blue");
  await exporter.start();
  await server.start();
  known = await beginning();
});

afterAll(async () => {
  await server.stop();
  await exporter.stop();
  await host.stop();
  await service.down();
  rmSync(folder, { recursive: true, force: true });
});

let known: Reading = { exporters: [] };

async function beat(): Promise<void> {
  expect((await host.status(heartbeatPath)).status).toBe(204);
}

/** As long as a request takes to come from nginx's buffer through the exporter and a scrape into Prometheus, and some. */
const delay = 4_000;

/** A reading from which the next look is counted. */
async function beginning(): Promise<Reading> {
  await beat();
  await scraped();
  await sleep(delay);
  return source.read();
}

/** Prometheus begins to scrape some seconds after it answers. */
async function scraped(): Promise<void> {
  const newest = async () => (await source.read()).exporters[0]?.at ?? 0;
  const before = await newest();
  for (let tries = 0; (await newest()) <= before; tries++) {
    if (tries > 100) throw new Error("Prometheus scrapes nothing");
    await sleep(200);
  }
}

/** As the driver looks: a heartbeat a look, the first of them long ago when it is read. */
async function look(): Promise<Between> {
  await beat();
  await sleep(delay);
  const seen = between(known, await source.read(), ["host-a"]);
  known = seen.next;
  return seen;
}

async function send(times: number, path = "/"): Promise<void> {
  for (let sent = 0; sent < times; sent++) await host.public(path);
}

async function reasonOf(looking: Promise<Between>): Promise<string> {
  const seen = await looking;
  return seen.kind === "unseen" ? seen.reason : "it was counted";
}

describe("requests, from nginx's log through mtail and Prometheus", () => {
  it("are those that were sent, by slot, status and time", async () => {
    const { cursor } = observeReply.parse(await host.run(host.calls.observe(service.name, null)));
    await send(30);
    await send(3, "/status/502");
    await send(2, "/status/404");
    await send(4, "/wait/320");
    await host.public("/events", { headers: { accept: "text/event-stream" } });
    await host.public('/quote"and\\slash?"slot":"green"');
    await service.settle(2, "green");
    await send(7);
    await send(1, "/status/500");
    const seen = await look();
    if (seen.kind === "unseen") throw new Error(seen.reason);
    const { blue, green } = seen.slots;
    expect([blue.requests, blue.errors, green.requests, green.errors]).toEqual([41, 3, 8, 1]);
    const slow = (bound: number) => {
      const from = blue.latency.boundsMilliseconds.indexOf(bound) + 1;
      return blue.latency.counts.slice(from).reduce((sum, count) => sum + count, 0);
    };
    expect([slow(300), blue.latency.counts.reduce((sum, count) => sum + count, 0)]).toEqual([4, 40]);
    const log = observeReply.parse(await host.run(host.calls.observe(service.name, cursor)));
    expect([log.slots.blue?.requests, log.slots.green?.requests]).toEqual([41, 8]);
  });

  it("are all counted when the log is rotated in between, several times", async () => {
    for (let rotation = 0; rotation < 3; rotation++) {
      await send(20);
      await sleep(1_600);
      expect(await host.run(host.calls.rotateLogs(1, 3))).toMatchObject({ rotated: ["access"] });
    }
    await send(5);
    expect(await look()).toMatchObject({ kind: "counted", slots: { green: { requests: 65 } } });
  });

  it("are none where nobody asks", async () => {
    expect(await look()).toMatchObject({ kind: "counted", slots: { blue: { requests: 0 }, green: { requests: 0 } } });
  });
});

describe("the days before, as Prometheus extrapolates them", () => {
  it("are all that was sent, each series' first value too", async () => {
    const { requests, failed, heard } = await source.history(1);
    expect(heard).toEqual(["host-a"]);
    expect(requests).toBeGreaterThanOrEqual(114);
    expect(requests).toBeLessThanOrEqual(140);
    expect([4, 5]).toContain(failed);
  });
});

describe("what can't be seen", () => {
  it("is told while Prometheus is gone, and counted when it is back", async () => {
    await send(11);
    await server.stop();
    await expect(look()).rejects.toThrow(/ECONNREFUSED/);
    await send(6);
    await server.start();
    await scraped();
    expect(await look()).toMatchObject({ kind: "counted", slots: { green: { requests: 17, errors: 0 } } });
  });

  it("is told while the exporter hangs, first as nothing new, then as nothing at all", async () => {
    await look();
    exporter.signal("SIGSTOP");
    try {
      await sleep(1_500);
      known = await source.read();
      await send(9);
      expect(await reasonOf(look())).toBe("nothing new of host-a has arrived");
      await sleep(8_000);
      expect(await reasonOf(look())).toBe("no counters of host-a arrive: its exporter, or what reads it, doesn't run");
    } finally {
      exporter.signal("SIGCONT");
    }
    expect(await look()).toMatchObject({ kind: "counted", slots: { green: { requests: 9 } } });
  });

  it("is told when the exporter answers but no longer reads the log", async () => {
    // Somebody else's rotation, which doesn't have nginx open its log anew.
    renameSync(paths.accessLog, `${paths.accessLog}.moved`);
    await sleep(1_500);
    known = await source.read();
    await send(9);
    expect(await reasonOf(look())).toBe("the exporter of host-a answers, but reads nothing new from the gateway's log");
    renameSync(`${paths.accessLog}.moved`, paths.accessLog);
    await sleep(1_500);
    await host.run(host.calls.rotateLogs(1, 3));
    await beat();
    await sleep(delay);
    known = await source.read();
    await send(4);
    expect(await look()).toMatchObject({ kind: "counted", slots: { green: { requests: 4 } } });
  });

  it("is lost with an exporter that is restarted, and what comes after it is counted once", async () => {
    await send(40);
    await sleep(2_000);
    await exporter.stop();
    await send(2);
    await sleep(1_500);
    await exporter.start();
    await send(5);
    await send(1, "/status/503");
    expect(await look()).toMatchObject({ kind: "counted", slots: { green: { requests: 6, errors: 1 } } });
  });
});
