import { setTimeout as sleep } from "node:timers/promises";
import Docker from "dockerode";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { EventKind } from "../../infra/ledger/event.ts";
import { slotContainerName } from "../../infra/model/names.ts";
import type { SlotName } from "../../infra/model/slot.ts";
import type { Running } from "./testing/sluice.ts";
import { service, type Stage, startStage } from "./testing/stage.ts";
import { statusOf } from "./testing/status.ts";
import { failures, Users } from "./testing/users.ts";

/** A lease of the stage's settings at its longest, and what a busy machine needs to answer. */
const lease = 6_000 + 1_500;

let stage: Stage;
let users: Users;
let minor = 0;

beforeAll(async () => {
  const names = Array.from({ length: 10 }, (_, index) => `1.${index}.0`);
  stage = await startStage({
    block: "127.0.99",
    port: 29_910,
    // The last two go back, and with them their images.
    releases: { ...Object.fromEntries(names.map((name) => [name, null])), "1.7.0": {}, "1.8.0": {} },
  });
  expect((await stage.sluice(["up", "local"])).code).toBe(0);
  expect((await stage.sluice(["rollout", "local", service, "1.0.0"])).code).toBe(0);
  users = new Users({ gateways: stage.gateways, users: 2 });
});
afterAll(async () => {
  await users?.stop();
  await stage?.stop();
});
beforeEach(() => void users.take());
afterEach(async () => {
  expect(failures(users.take())).toEqual({});
  await stage.entries(); // throws when the chain is broken
});

/** A rollout of the next release, seen to have come as far as an event of this kind. */
async function rolloutUntil(kind: EventKind, watchSeconds = 2) {
  const version = `1.${++minor}.0`;
  const head = await stage.head();
  stage.write(({ services = {} }) => {
    const strategy = services[service]?.strategy;
    if (strategy) strategy.watch = { seconds: watchSeconds, intervalSeconds: 1 };
  });
  const running = stage.start(["rollout", "local", service, version, "--json"]);
  const { sequence } = await stage.event(kind, running, head);
  return { version, running, head, sequence };
}

const status = () => statusOf(stage);

/** Both hosts in one state, and the ledger in the same. */
async function expectSettled(version: string): Promise<void> {
  const { settled, agrees, rollout, hosts, slots } = await status();
  expect({ agrees, rollout, version: slots[settled]?.version }).toEqual({ agrees: true, rollout: null, version });
  expect(hosts.map((host) => [host.settled, host.target, host.leaseTicks])).toEqual([
    [settled, settled, 0],
    [settled, settled, 0],
  ]);
}

/** Somebody gives a container more memory while a driver looks at the users of its release. */
async function changedByHandIsSaid(running: Running): Promise<void> {
  const [hostA] = stage.world.hosts;
  if (!hostA) throw new TypeError("no host");
  const head = await stage.head();
  const { settled } = await status();
  const engine = new Docker({ socketPath: hostA.engine.socket });
  const name = slotContainerName({ environment: "local", host: hostA.name }, service, settled as SlotName);
  const container = engine.getContainer(name);
  const { HostConfig } = await container.inspect();
  const memory = { Memory: 200 * 1024 ** 2, MemorySwap: 200 * 1024 ** 2 };
  await container.update(memory);
  const { event } = await stage.event("drifted", running, head);
  const words = `${name}: bytes of memory: ${memory.Memory}, not ${HostConfig.Memory}`;
  expect(event).toMatchObject({ findings: [`${hostA.name}: ${words}`] });
  expect(running.said()).toContain(`Changed by hand? ${hostA.name}: ${words}`);
  const { document } = await stage.sluice(["status", "local", service]);
  expect(JSON.stringify(document)).toContain(words);
  await container.update({ Memory: HostConfig.Memory, MemorySwap: HostConfig.MemorySwap });
  await expect.poll(async () => (await status()).agrees).toBe(true);
}

describe("a driver that is killed", () => {
  it.each<EventKind>(["filled", "prepared", "verified", "step", "promoting"])(
    'after "%s": users are on the settled slot within a lease, and resume ends in the new state',
    async (kind) => {
      const { settled } = await status();
      const { version, running } = await rolloutUntil(kind);
      running.signal("SIGKILL");
      const killedAt = Date.now();
      expect((await running.ended).code).toBe(null);
      if (kind === "step" || kind === "promoting") {
        await sleep(lease + 1_500);
        const seen = users.take();
        const late = seen.filter(({ at }) => at > killedAt + lease);
        expect(failures(seen)).toEqual({});
        expect(late.length).toBeGreaterThan(10);
        // A marker that was on its way counts as settled on its host: what matters is that nothing goes by a lease.
        const allowed = kind === "step" ? [settled] : ["blue", "green"];
        for (const { address } of stage.world.hosts) {
          const slots = new Set(late.filter(({ gateway }) => gateway.includes(address)).map(({ slot }) => slot));
          expect([...slots].every((slot) => allowed.includes(slot))).toBe(true);
          expect(slots.size).toBe(1);
        }
      }
      const resumed = await stage.sluice(["resume", "local", service]);
      expect([resumed.code, resumed.document["outcome"]], resumed.stderr).toEqual([0, "promoted"]);
      await expectSettled(version);
    },
  );

  it("in the middle of a rollback leaves it to resume", async () => {
    const before = `1.${minor - 1}.0`;
    const head = await stage.head();
    const running = stage.start(["rollback", "local", service, "--json"]);
    await stage.event("reverting", running, head);
    running.signal("SIGKILL");
    await running.ended;
    const resumed = await stage.sluice(["resume", "local", service]);
    expect([resumed.code, resumed.document["outcome"]], resumed.stderr).toEqual([1, "rolledBack"]);
    await expectSettled(before);
    await stage.noChanges();
  });
});

describe("a driver that isn't alone", () => {
  it("wakes up after another one took over: it changes nothing and ends with 3", async () => {
    const { version, running } = await rolloutUntil("step");
    running.signal("SIGSTOP");
    // It may live: it is waited for as long as a lease.
    const resumed = await stage.sluice(["resume", "local", service]);
    expect([resumed.code, resumed.document["outcome"]], resumed.stderr).toEqual([0, "promoted"]);
    expect(resumed.stderr).toMatch(/process \d+ drives it; .* takes over in [1-5] s/);
    const before = await stage.snapshot();
    running.signal("SIGCONT");
    const { code, document } = await running.ended;
    expect([code, document]).toMatchObject([3, { error: { kind: "conflict" } }]);
    expect(await stage.snapshot()).toEqual(before);
    await expectSettled(version);
  });

  it("is named to others, who are refused, and is aborted from another process", async () => {
    const { slots, settled } = await status();
    const { running, version } = await rolloutUntil("step", 60);
    const { rollout } = await status();
    const standing = "step 1 of 1: 100 % of the clients for 60 s";
    expect(rollout).toMatchObject({ version, standing, waitsForPerson: false });
    const driver = rollout?.driver ?? "nobody";
    expect(driver).toMatch(/^e2e on \S+, process \d+$/);
    for (const rival of [
      ["rollout", "local", service, version],
      ["resume", "local", service],
      ["rollback", "local", service],
    ]) {
      const refused = {
        code: 1,
        document: { error: { kind: "refused", message: expect.stringContaining(driver) as string } },
      };
      expect(await stage.sluice(rival), rival.join(" ")).toMatchObject(refused);
    }
    expect((await status()).rollout).toEqual(rollout);
    await changedByHandIsSaid(running);
    const aborted = await stage.sluice(["abort", "local", service, "--reason", "wrong release"]);
    expect(aborted).toMatchObject({ code: 0, document: { outcome: "rolledBack", reason: "wrong release" } });
    expect(await running.ended).toMatchObject({ code: 3, document: { error: { kind: "conflict" } } });
    await expectSettled(slots[settled]?.version ?? "");
    expect(await stage.sluice(["abort", "local", service])).toMatchObject({ code: 1 });
  });

  it("goes back in good order at Ctrl-C", async () => {
    const { slots, settled } = await status();
    const { running } = await rolloutUntil("step", 60);
    running.signal("SIGINT");
    expect(await running.ended).toMatchObject({
      code: 1,
      document: { outcome: "rolledBack", reason: "stopped by a person" },
    });
    await expectSettled(slots[settled]?.version ?? "");
    await stage.noChanges();
  });

  it("carries on when nobody reads any more what it says", async () => {
    const { version, running } = await rolloutUntil("verified");
    running.leave();
    expect((await running.ended).code).toBe(0);
    await expectSettled(version);
  });

  it("leaves a ledger that is whole", async () => {
    expect(await stage.sluice(["ledger", "verify", "local"])).toMatchObject({ code: 0, document: { healthy: true } });
  });
});
