import { afterAll, beforeAll, expect, it } from "vitest";
import { request } from "undici";
import { Clients } from "./testing/clients.ts";
import { canaryBy, service, type Stage, startStage } from "./testing/stage.ts";
import type { Running } from "./testing/sluice.ts";

const steps = { pause: 1, shadow: 2 };
let stage: Stage;
let clients: readonly Clients[] = [];

beforeAll(async () => {
  stage = await startStage({
    block: "127.0.86",
    port: 29_320,
    releases: { "1.0.0": null, "1.1.0": {}, "1.2.0": { FAULT_ERROR_RATE: "0.5", FAULT_AFTER_REQUESTS: "20" } },
    change: (settings) => {
      canaryBy(settings, {
        canary: {
          steps: [
            { percent: 0, minSeconds: 1, pause: true },
            { percent: 50, minSeconds: 2, holdSeconds: 6 },
          ],
          shadow: { percent: 50, minSeconds: 4, holdSeconds: 15 },
        },
      });
      Object.assign(settings.services?.[service]?.route ?? {}, {
        testers: { kind: "header", name: "X-Preview", value: "team-1" },
      });
    },
  });
  await stage.bringUp("1.0.0");
  clients = await Promise.all(stage.gateways.map((gateway) => Clients.of(gateway, 100)));
});
afterAll(async () => {
  await Promise.all(clients.map((some) => some.close()));
  await stage?.stop();
});

async function versionsFor(headers: Record<string, string>): Promise<readonly string[]> {
  return Promise.all(
    stage.gateways.map(async (gateway) => {
      const answer = await request(`${gateway}/api/version`, { headers });
      return ((await answer.body.json()) as { version: string }).version;
    }),
  );
}

/** Asks as all clients until the step is written down, or the command has ended. */
async function askUntil(index: number, running: Running): Promise<void> {
  const head = await stage.head();
  let over = false;
  const reached = async () => {
    for (let after = head; ;) {
      const entry = await stage.event("step", running, after);
      if (entry.event.kind === "step" && entry.event.index === index) return;
      after = entry.sequence;
    }
  };
  void Promise.race([reached().catch(() => undefined), running.ended]).finally(() => (over = true));
  while (!over) await Promise.all(clients.map((some) => some.ask()));
}

/** Begins a rollout, and waits until it waits with testers on it. */
async function toTesters(version: string): Promise<Running> {
  const head = await stage.head();
  const running = stage.start(["rollout", "local", service, version, "--json"]);
  for (let after = head; ;) {
    const entry = await stage.event("step", running, after);
    if (entry.event.kind === "step" && entry.event.index === steps.pause) return running;
    after = entry.sequence;
  }
}

const continued = () => stage.sluice(["continue", "local", service]);
const versions = () => [...new Set(clients.flatMap(({ histories }) => histories.flat()))].sort();

it("shows a release to testers, then to copies of users' requests, and then to users", async () => {
  const running = await toTesters("1.1.0");
  expect(await versionsFor({ "x-preview": "team-1" })).toEqual(stage.gateways.map(() => "1.1.0"));
  await Promise.all(clients.map((some) => some.ask()));
  expect(versions()).toEqual(["1.0.0"]);
  expect(await continued()).toMatchObject({ code: 0 });
  await askUntil(steps.shadow, running);
  expect(versions()).toEqual(["1.0.0"]);
  await askUntil(Infinity, running);
  const { code, document, stderr } = await running.ended;
  expect([code, document["outcome"]], stderr).toEqual([0, "promoted"]);
  expect([...new Set(clients.flatMap(({ histories }) => histories.map(String)))]).toEqual(["1.0.0,1.1.0"]);
  expect(stderr).toContain("To green: copies of the safe requests of 50 % of the clients, seen on every gateway");
  expect(stderr).toMatch(/green: [1-9]\d* copies, 0\.0 % errors/);
  expect(clients.map(({ failures }) => failures)).toEqual(clients.map(() => 0));
  await stage.noChanges();
});

it("brings a release back that only copies show to be worse: no user has met it", async () => {
  const running = await toTesters("1.2.0");
  const head = await stage.head();
  expect(await continued()).toMatchObject({ code: 0 });
  await askUntil(Infinity, running);
  const { code, document, stderr } = await running.ended;
  expect([code, document["outcome"]], stderr).toEqual([1, "rolledBack"]);
  expect(document["reason"]).toMatch(/errors/);
  const later = (await stage.entries()).filter(({ sequence }) => sequence > head);
  expect(later.flatMap(({ event }) => (event.kind === "step" ? event.percent : []))).toEqual([0]);
  expect(versions()).toEqual(["1.0.0", "1.1.0"]);
  expect(clients.map(({ failures }) => failures)).toEqual(clients.map(() => 0));
  expect(await versionsFor({ "x-preview": "team-1" })).toEqual(stage.gateways.map(() => "1.1.0"));
  await stage.noChanges();
});
