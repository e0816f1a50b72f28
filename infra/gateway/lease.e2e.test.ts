import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { TestHost } from "./testing/host.ts";
import { TestService } from "./testing/service.ts";

const host = new TestHost("127.0.93.1", 29320);
const service = new TestService(host, "org1/react-ui", 29330);
const byHeader = new TestService(host, "org2/react-ui", 29332, {
  path: "/org2",
  key: { kind: "header", name: "X-User" },
});
const byAddress = new TestService(host, "org3/react-ui", 29334, { path: "/org3", key: { kind: "address" } });
let token = 0;

beforeAll(async () => {
  await host.applyBase();
  await host.start();
  await service.up();
  await byHeader.up();
  await byAddress.up();
});

afterAll(async () => {
  await host.stop();
  await service.down();
  await byHeader.down();
  await byAddress.down();
});

beforeEach(async () => {
  token++;
  await service.clear(token);
  await service.settle(token, "blue");
});

const claim = () => ({ token, rollout: `r${token}`, slot: "green" }) as const;

describe("a lease", () => {
  it("gives the candidate its share of the clients, and another rollout's share is its own", async () => {
    await service.prepare(claim(), [10, 25, 100]);
    for (const [weight, low, high] of [
      [10, 60, 140],
      [25, 195, 305],
      [100, 1000, 1000],
    ] as const) {
      await service.lease(claim(), weight);
      let green = 0;
      for (let client = 0; client < 1000; client++) {
        const { body } = await host.status(`/org1.react-ui?key=client-${client}`);
        if (body.includes('"target":"green"')) green++;
      }
      expect(green).toBeGreaterThanOrEqual(low);
      expect(green).toBeLessThanOrEqual(high);
    }
  });

  it("keeps to exactly the buckets of its weight", async () => {
    await service.prepare(claim(), [10]);
    await service.lease(claim(), 10);
    const at = async (place: number) => (await service.routing(String(service.order[place]).padStart(3, "0"))).target;
    expect([await at(0), await at(99), await at(100), await at(999)]).toEqual(["green", "green", "blue", "blue"]);
  });

  it("stands while the candidate is promoted: leased clients stay, the others follow the marker", async () => {
    await service.prepare(claim(), [50]);
    await service.lease(claim(), 50);
    const both = async () => [await service.routing(service.first), await service.routing(service.last)];
    expect(await both()).toMatchObject([
      { settled: "blue", target: "green", leased: true },
      { settled: "blue", target: "blue", leased: false },
    ]);
    await service.settle(token, "green");
    expect(await both()).toMatchObject([
      { settled: "green", target: "green", leased: true },
      { settled: "green", target: "green", leased: false },
    ]);
    await service.clear(token);
    expect(await both()).toMatchObject([
      { settled: "green", target: "green", leased: false },
      { settled: "green", target: "green", leased: false },
    ]);
  });

  it("is seen by real requests, which name the slot and the bucket on the private listener only", async () => {
    await service.prepare(claim(), [10]);
    await service.lease(claim(), 10);
    const leased = await host.through("/x", service.first);
    const others = await host.through("/x", service.last);
    expect([leased.headers["x-backend"], leased.headers["x-sluice-slot"]]).toEqual(["green", "green"]);
    expect([others.headers["x-backend"], others.headers["x-sluice-slot"]]).toEqual(["blue", "blue"]);
    expect(leased.headers["x-sluice-bucket"]).toBe(service.first);
    const outside = await Promise.all(
      Array.from({ length: 40 }, () => host.public("/x", { headers: { "x-sluice-bucket": service.first } })),
    );
    expect(outside.some(({ headers }) => headers["x-backend"] === "blue")).toBe(true);
    expect(outside.every(({ headers }) => headers["x-sluice-slot"] === undefined)).toBe(true);
  });
});

describe("the key cookie", () => {
  it("is given only while a lease is alive, and already decides the answer that brings it", async () => {
    const before = await host.public("/x");
    expect(before.headers["set-cookie"]).toBeUndefined();
    await service.prepare(claim(), [50]);
    await service.lease(claim(), 50);
    for (let client = 0; client < 30; client++) {
      const first = await host.public("/x");
      const given = String(first.headers["set-cookie"]);
      expect(given).toMatch(/^sluice_id=[0-9a-f]{32}; Path=\/; Max-Age=31536000; HttpOnly; SameSite=Lax$/);
      const again = await host.public("/x", { headers: { cookie: given.split(";")[0] ?? "" } });
      expect(again.headers["x-backend"]).toBe(first.headers["x-backend"]);
      expect(again.headers["set-cookie"]).toBeUndefined();
    }
  });

  it("is replaced when it isn't one of ours", async () => {
    await service.prepare(claim(), [50]);
    await service.lease(claim(), 50);
    const answer = await host.public("/x", { headers: { cookie: "sluice_id=../../x" } });
    expect(String(answer.headers["set-cookie"])).toMatch(/^sluice_id=[0-9a-f]{32};/);
  });
});

describe("a service whose clients are told apart by a header", () => {
  it("keeps a user on one slot, and gives no cookie", async () => {
    await byHeader.settle(token, "blue");
    await byHeader.prepare(claim(), [50]);
    await byHeader.lease(claim(), 50);
    const slots = new Set<unknown>();
    for (let user = 0; user < 20; user++) {
      const headers = { "x-user": `user-${user}` };
      const answers = [await host.public("/org2/x", { headers }), await host.public("/org2", { headers })];
      expect(answers[0]?.headers["x-backend"]).toBe(answers[1]?.headers["x-backend"]);
      expect(answers[0]?.headers["set-cookie"]).toBeUndefined();
      slots.add(answers[0]?.headers["x-backend"]);
    }
    expect(slots).toEqual(new Set(["blue", "green"]));
  });
});

describe("a service whose clients are told apart by their address", () => {
  it("keeps an address on one slot, and gives no cookie", async () => {
    await byAddress.settle(token, "blue");
    await byAddress.prepare(claim(), [50]);
    await byAddress.lease(claim(), 50);
    const slots = new Set<unknown>();
    for (let client = 0; client < 20; client++) {
      const how = { from: `127.0.93.${100 + client}` };
      const answers = [await host.public("/org3/x", how), await host.public("/org3", how)];
      expect(answers[0]?.headers["x-backend"]).toBe(answers[1]?.headers["x-backend"]);
      expect(answers[0]?.headers["set-cookie"]).toBeUndefined();
      slots.add(answers[0]?.headers["x-backend"]);
    }
    expect(slots).toEqual(new Set(["blue", "green"]));
  });
});
