import { globSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Clients } from "./testing/clients.ts";
import { canaryBy, service, type Stage, startStage } from "./testing/stage.ts";
import type { Running } from "./testing/sluice.ts";

let stage: Stage;
let clients: readonly Clients[] = [];

beforeAll(async () => {
  stage = await startStage({
    block: "127.0.82",
    port: 29_260,
    releases: { "1.0.0": null, "1.1.0": {}, "1.2.0": { FAULT_ERROR_RATE: "0.3", FAULT_AFTER_REQUESTS: "20" } },
    change: (settings) =>
      canaryBy(settings, {
        canary: {
          steps: [
            { percent: 10, minSeconds: 3, holdSeconds: 6 },
            { percent: 50, minSeconds: 3, holdSeconds: 6, pause: true },
          ],
        },
      }),
  });
  expect(await stage.sluice(["up", "local"])).toMatchObject({ code: 0 });
  expect(await stage.sluice(["rollout", "local", service, "1.0.0"])).toMatchObject({ code: 0 });
});
afterAll(async () => {
  await Promise.all(clients.map((some) => some.close()));
  await stage?.stop();
});

/** Clients whom nobody knows yet. */
async function newClients(): Promise<readonly Clients[]> {
  await Promise.all(clients.map((some) => some.close()));
  return (clients = await Promise.all(stage.gateways.map((gateway) => Clients.of(gateway, 300))));
}

/** All ask, again and again, until the step is written down, and then until more than this share got the candidate. */
async function askUntilStep(index: number, least: number, running: Running, head: number): Promise<void> {
  let reached = false;
  const seen = (async () => {
    let after = head;
    for (;;) {
      const entry = await stage.event("step", running, after);
      if (entry.event.kind === "step" && entry.event.index === index) break;
      after = entry.sequence;
    }
    reached = true;
  })();
  while (!reached) {
    await Promise.all([Promise.all(clients.map((some) => some.ask())), Promise.race([seen, sleep(300)])]);
  }
  const deadline = Date.now() + 20_000;
  do await Promise.all(clients.map((some) => some.ask()));
  while (clients.some((some) => some.share("1.1.0") <= least) && Date.now() < deadline);
}

async function askUntilEnd({ ended }: Running) {
  let over = false;
  void ended.finally(() => (over = true));
  while (!over) await Promise.all([Promise.all(clients.map((some) => some.ask())), sleep(300)]);
  await Promise.all(clients.map((some) => some.ask()));
  return ended;
}

/** The gateways' workers: a reload replaces them. */
function workers(): readonly string[] {
  const roots = stage.world.hosts.map(({ root }) => `${root}/`);
  return globSync("/proc/[0-9]*/cmdline")
    .filter((path) => {
      try {
        if (!readFileSync(path, "utf8").startsWith("nginx: worker process")) return false;
        const parent = /^PPid:\s+(\d+)$/m.exec(readFileSync(path.replace("cmdline", "status"), "utf8"))?.[1];
        const master = readFileSync(`/proc/${parent}/cmdline`, "utf8");
        return roots.some((root) => master.includes(root));
      } catch {
        return false; // It has just ended.
      }
    })
    .sort();
}

it("goes up step by step, waits for a person, and moves no client back", async () => {
  await newClients();
  const before = workers();
  const head = await stage.head();
  const running = stage.start(["rollout", "local", service, "1.1.0", "--json"]);
  await askUntilStep(0, 3, running, head);
  for (const some of clients) expect(some.share("1.1.0")).toBeGreaterThan(3);
  for (const some of clients) expect(some.share("1.1.0")).toBeLessThan(20);
  await askUntilStep(2, 38, running, head);
  for (const some of clients) expect(some.share("1.1.0")).toBeGreaterThan(38);
  for (const some of clients) expect(some.share("1.1.0")).toBeLessThan(62);
  expect(await stage.sluice(["continue", "local", service])).toMatchObject({
    code: 0,
    document: { outcome: "continued" },
  });
  const { code, document, stderr } = await askUntilEnd(running);
  expect([code, document["outcome"]], stderr).toEqual([0, "promoted"]);
  const histories = clients.flatMap((some) => some.histories);
  expect(histories.filter((history) => history.join() !== "1.0.0,1.1.0")).toEqual([]);
  expect(clients.map(({ failures }) => failures)).toEqual([0, 0]);
  expect(workers()).toEqual(before);
  expect(before.length).toBeGreaterThan(0);
  await stage.noChanges();
});

it("brings everybody back from a release that is worse, having shown it to few", async () => {
  await newClients();
  const running = stage.start(["rollout", "local", service, "1.2.0", "--json"]);
  const { code, document, stderr } = await askUntilEnd(running);
  expect([code, document["outcome"]], stderr).toEqual([1, "rolledBack"]);
  // By the judge, or, where the users are quicker, by the driver's own question once the step was given.
  expect(document["reason"]).toMatch(/errors|through the gateway of host-/);
  for (const some of clients) expect(some.share("1.1.0")).toBe(100);
  const touched = clients.flatMap(({ histories }) => histories.filter((history) => history.length > 1));
  expect(touched.length).toBeGreaterThan(0);
  expect(touched.length).toBeLessThan(120);
  await stage.noChanges();
});

it("can't be continued when none waits", async () => {
  expect(await stage.sluice(["continue", "local", service])).toMatchObject({
    code: 1,
    document: { error: { kind: "refused", message: "no rollout is under way" } },
  });
});
