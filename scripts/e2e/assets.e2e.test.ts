import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, it } from "vitest";
import { gatewayPaths } from "../../infra/gateway/index.ts";
import { Clients } from "./testing/clients.ts";
import type { Running } from "./testing/sluice.ts";
import { canaryBy, service, type Stage, startStage } from "./testing/stage.ts";
import { newKey, openNotes, versionOf, type Visitor, Visitors } from "./testing/visitors.ts";

const [old, young] = ["1.0.0", "1.1.0"];
const notes = { [old]: `${old}: Everything in its place`, [young]: `${young}: Now with live messages` };
const weights = [10, 25, 50, 100];

let stage: Stage;
let visitors: Visitors;
let clients: readonly Clients[] = [];
let asking: ReturnType<typeof keepAsking> | undefined;

beforeAll(async () => {
  stage = await startStage({
    block: "127.0.84",
    port: 29_280,
    // The last one is called off; what a person rolled back before isn't let in again.
    releases: { [old]: null, [young]: null, "1.2.0": {} },
    builds: { [old]: old, [young]: young, "1.2.0": young },
    change: (settings) =>
      canaryBy(settings, {
        canary: {
          steps: weights.map((percent) => ({
            percent,
            minSeconds: 2,
            holdSeconds: percent === 100 ? 20 : 4,
            pause: true,
          })),
        },
      }),
  });
  expect(await stage.sluice(["up", "local"])).toMatchObject({ code: 0 });
  expect(await stage.sluice(["rollout", "local", service, old])).toMatchObject({ code: 0 });
  visitors = await Visitors.at(gateway());
  clients = await Promise.all(stage.gateways.map((one) => Clients.of(one, 100)));
});
afterAll(async () => {
  await asking?.stop();
  await visitors?.close();
  await Promise.all(clients.map((some) => some.close()));
  await stage?.stop();
});

function gateway(): string {
  return stage.gateways[0] ?? "";
}

/** Other users ask all the time, or the judge would have nothing to go by. */
function keepAsking(): { stop(): Promise<void> } {
  let over = false;
  const asking = (async () => {
    while (!over) {
      await Promise.all(clients.map((some) => some.ask()));
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  })();
  return {
    stop: () => {
      over = true;
      return asking;
    },
  };
}

/** A client whom the gateway sends to this slot now. */
async function keyOf(slot: "blue" | "green"): Promise<string> {
  const status = new URL(gateway());
  status.port = String(stage.world.port + 1);
  for (;;) {
    const key = newKey();
    const answer = await fetch(new URL(`/${service.replace("/", ".")}?key=${key}`, status));
    const { target } = (await answer.json()) as { target: string };
    if (target === slot) return key;
  }
}

/** Chunks that were found on the other slot so far, by the slot that was asked first. */
async function secondTries(): Promise<Readonly<Record<string, number>>> {
  await new Promise((resolve) => setTimeout(resolve, 1_500)); // The log is written once a second.
  const log = gatewayPaths(stage.world.hosts[0]?.root ?? "").accessLog;
  const found: Record<string, number> = { blue: 0, green: 0 };
  for (const line of readFileSync(log, "utf8").trim().split("\n")) {
    const { slot, other, uri, upstream_status: statuses } = JSON.parse(line) as Record<string, string>;
    if (!uri?.startsWith("/assets/notes-") || slot === undefined || other === "") continue;
    // A kept connection that was just being closed has a status of its own before it.
    if (statuses?.endsWith(" : 200")) found[slot] = (found[slot] ?? 0) + 1;
  }
  return found;
}

/** Waits until the rollout has come to the pause of this weight, or to the last step. */
async function reach(percent: number, running: Running, head: number): Promise<void> {
  for (let after = head; ;) {
    const { event, sequence } = await stage.event("step", running, after);
    const wanted = 2 * weights.indexOf(percent) + (percent === 100 ? 0 : 1);
    if (event.kind === "step" && event.index === wanted) return;
    after = sequence;
  }
}

it("no page ever misses a chunk, through every weight of a rollout and back", async () => {
  asking = keepAsking();
  /** Pages that were open before the rollout; the last one stays open until it is over. */
  const waiting: Visitor[] = [];
  for (let page = 0; page < weights.length + 2; page++) waiting.push(await visitors.open(newKey()));
  const next = (): Visitor => waiting.shift() ?? expect.fail("no old page is left");
  /** Pages of the candidate that are left open until it is rolled back. */
  const toGoBack: Visitor[] = [];
  const head = await stage.head();
  const running = stage.start(["rollout", "local", service, young, "--json"]);

  for (const percent of weights) {
    await reach(percent, running, head);
    const before = await secondTries();
    const moved = next();
    await moved.become(await keyOf("green"));
    expect([percent, await versionOf(moved), await openNotes(moved)]).toEqual([percent, old, notes[old]]);
    for (const slot of percent === 100 ? (["green"] as const) : (["green", "blue"] as const)) {
      const version = slot === "green" ? young : old;
      const fresh = await visitors.open(await keyOf(slot));
      expect([percent, await versionOf(fresh), await openNotes(fresh)]).toEqual([percent, version, notes[version]]);
    }
    toGoBack.push(await visitors.open(await keyOf("green")));
    expect(await secondTries()).toEqual({ ...before, green: (before["green"] ?? 0) + 1 });
    if (percent < 100) expect(await stage.sluice(["continue", "local", service])).toMatchObject({ code: 0 });
  }
  const { code, document, stderr } = await running.ended;
  expect([code, document["outcome"]], stderr).toEqual([0, "promoted"]);
  expect(await openNotes(next())).toBe(notes[old]);

  expect(await stage.sluice(["rollback", "local", service])).toMatchObject({ code: 0 });
  const before = await secondTries();
  for (const visitor of toGoBack)
    expect([await versionOf(visitor), await openNotes(visitor)]).toEqual([young, notes[young]]);
  expect(await secondTries()).toEqual({ ...before, blue: (before["blue"] ?? 0) + toGoBack.length });
  expect(await openNotes(next())).toBe(notes[old]);
  expect(visitors.failures).toEqual([]);
});

it("a page of a canary that was called off finds its chunks, until the slot is retired", async () => {
  const head = await stage.head();
  const running = stage.start(["rollout", "local", service, "1.2.0", "--json"]);
  await reach(10, running, head);
  const visitor = await visitors.open(await keyOf("green"));
  expect(await stage.sluice(["abort", "local", service])).toMatchObject({
    code: 0,
    document: { outcome: "rolledBack" },
  });
  await running.ended;
  expect(await openNotes(visitor)).toBe(notes[young]);
  expect(visitors.failures).toEqual([]);
  await stage.noChanges();

  const green = async () => {
    const { document } = await stage.sluice(["status", "local", service]);
    return (document["services"] as readonly { slots: { green: { version: string } | null } }[])[0]?.slots.green;
  };
  expect(await green()).toMatchObject({ version: "1.2.0" });
  expect(await stage.sluice(["retire", "local", service])).toMatchObject({ code: 0 });
  expect(await green()).toBeNull();
});
