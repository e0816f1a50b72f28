import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { TestServer } from "../../infra/adapters/metrics/testing/server.ts";
import { bucketBounds } from "../../infra/gateway/index.ts";
import { engineAt, imageFor, push } from "../local/images.ts";
import { Clients } from "./testing/clients.ts";
import type { Running } from "./testing/sluice.ts";
import { canaryBy, service, type Stage, startStage } from "./testing/stage.ts";

const folder = mkdtempSync(join(tmpdir(), "sluice-metrics-"));
const at = "127.0.81.8:29249";
const prometheus = new TestServer(
  [
    "prometheus",
    `--config.file=${folder}/prometheus.yml`,
    `--storage.tsdb.path=${folder}/data`,
    `--web.listen-address=${at}`,
  ],
  `http://${at}/-/ready`,
);
let stage: Stage;
let clients: readonly Clients[] = [];

beforeAll(async () => {
  stage = await startStage({
    block: "127.0.81",
    port: 29_240,
    releases: {
      "1.0.0": null,
      "1.1.0": {},
      "1.2.0": { FAULT_ERROR_RATE: "0.5", FAULT_AFTER_REQUESTS: "30" },
      "1.3.0": {},
    },
    change: (settings) =>
      canaryBy(settings, {
        leaseTicks: 12,
        watch: { seconds: 10, intervalSeconds: 5 },
        canary: { steps: [{ percent: 40, minSeconds: 5, holdSeconds: 20 }] },
      }),
  });
  const { world } = stage;
  const engine = engineAt(world.hosts[0]?.engine.socket ?? "");
  const { reference } = await imageFor(engine, "mtail", { official: false });
  const image = await push(engine, reference, `${world.registry}/sluice/mtail`, "e2e");
  stage.write((settings) => {
    for (const host of Object.values(settings.hosts)) host.exporter = { image };
    settings.metrics = { source: "prometheus", url: `http://${at}` };
  });
  const targets = world.hosts.map(({ address }) => `${address}:9190`);
  const scrape = { job_name: "sluice", static_configs: [{ targets }] };
  const config = { global: { scrape_interval: "1s", scrape_timeout: "1s" }, scrape_configs: [scrape] };
  writeFileSync(join(folder, "prometheus.yml"), JSON.stringify(config));
  await prometheus.start();
  expect(await stage.sluice(["up", "local"])).toMatchObject({ code: 0 });
  expect(await stage.sluice(["rollout", "local", service, "1.0.0"])).toMatchObject({ code: 0 });
  clients = await Promise.all(stage.gateways.map((gateway) => Clients.of(gateway, 100)));
});

afterAll(async () => {
  await Promise.all(clients.map((some) => some.close()));
  await prometheus.stop();
  await stage?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** A rollout while its users ask, and what it wrote down. */
async function rollOut(version: string) {
  const head = await stage.head();
  const running: Running = stage.start(["rollout", "local", service, version, "--json"]);
  let over = false;
  void running.ended.finally(() => (over = true));
  while (!over) await Promise.all([Promise.all(clients.map((some) => some.ask())), sleep(300)]);
  const { code, stderr } = await running.ended;
  const events = (await stage.entries()).slice(head).map(({ event }) => event);
  return { code, stderr, events };
}

it("declares exporters that later previews find as they are", async () => {
  await stage.world.shell(["preview", "-s", "local", "--expect-no-changes"]);
});

it("promotes a canary by what Prometheus has of its users", async () => {
  const { code, events, stderr } = await rollOut("1.1.0");
  expect(code, stderr).toBe(0);
  const windows = events.flatMap((event) => (event.kind === "observation" && event.window ? event.window : []));
  expect(windows.length).toBeGreaterThan(0);
  for (const { slots } of windows) expect(slots.settled.latency.boundsMilliseconds).toEqual(bucketBounds);
  expect(windows.reduce((sum, { slots }) => sum + slots.candidate.requests, 0)).toBeGreaterThan(100);
  expect(events.at(-1)).toMatchObject({ kind: "promoted" });
});

it("takes a canary back, and blames it, that fails its users", async () => {
  const { code, events } = await rollOut("1.2.0");
  expect(code).toBe(1);
  expect(events.find(({ kind }) => kind === "rolledBack")).toMatchObject({ quarantined: expect.any(String) as string });
});

it("takes a canary back, and doesn't blame it, when Prometheus tells nothing until its step's end", async () => {
  await prometheus.stop();
  const { code, events } = await rollOut("1.3.0");
  expect(code).not.toBe(0);
  expect(events.find(({ kind }) => kind === "rolledBack")).toMatchObject({
    quarantined: null,
    reason: expect.stringMatching(/Prometheus at .*ECONNREFUSED/) as string,
  });
  expect(events.filter(({ kind }) => kind === "step")).toHaveLength(1);
});
