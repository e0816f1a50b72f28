import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { observeReply } from "./host-reply.ts";
import { TestHost } from "./testing/host.ts";
import { pause, TestService } from "./testing/service.ts";

const host = new TestHost("127.0.93.1", 29400);
const byHeader = new TestService(host, "org1/react-ui", 29410, {
  testers: { kind: "header", name: "X-Preview", value: "Team.1" },
});
const byCookie = new TestService(host, "org2/react-ui", 29412, {
  path: "/org2",
  testers: { kind: "cookie", name: "preview", value: "team-2" },
});
const tester = { "X-Preview": "Team.1" };
let token = 0;

beforeAll(async () => {
  await host.applyBase();
  await host.start();
  await byHeader.up();
  await byCookie.up();
});

afterAll(async () => {
  await host.stop();
  await byHeader.down();
  await byCookie.down();
});

beforeEach(async () => {
  token++;
  for (const service of [byHeader, byCookie]) {
    await service.clear(token);
    await service.settle(token, "blue");
    await service.prepare(claim(), [0, 10, { copies: 10 }]);
  }
});

const claim = () => ({ token, rollout: `r${token}`, slot: "green" }) as const;

async function answeredBy(path: string, headers: Record<string, string>, method = "GET"): Promise<unknown> {
  return (await host.public(path, { method, headers })).headers["x-backend"];
}

describe("testers", () => {
  it("are on the settled slot as everyone is while no lease is alive", async () => {
    expect(await answeredBy("/", tester)).toBe("blue");
  });

  it.each([0, 10, { copies: 10 }] as const)("see the candidate, by header, at share %j", async (share) => {
    await byHeader.lease(claim(), share);
    expect(await answeredBy("/", tester)).toBe("green");
    expect(await answeredBy("/", tester, "POST")).toBe("green");
    expect(await byHeader.routing("testers")).toMatchObject({ target: "green", leased: true, settled: "blue" });
    await byHeader.clear(token);
    expect(await answeredBy("/", tester)).toBe("blue");
  });

  it("see it by cookie, each service having its own testers", async () => {
    await byCookie.lease(claim(), 0);
    await byHeader.lease(claim(), 0);
    expect(await answeredBy("/org2", { cookie: "a=b; preview=team-2" })).toBe("green");
    expect(await answeredBy("/org2", tester)).toBe("blue");
    expect(await answeredBy("/", { cookie: "preview=team-2" })).toBe("blue");
  });

  it("are told letter by letter", async () => {
    await byHeader.lease(claim(), 0);
    for (const value of ["", "team.1", "Team-1", "Team.1 ", "Team.12", "xTeam.1", ":1", "1"]) {
      const seen = await answeredBy("/", { "X-Preview": value.trim() === "Team.1" ? "Team.1x" : value });
      expect([value, seen]).toEqual([value, "blue"]);
    }
    expect(await answeredBy("/", { "X-Sluice-Bucket": "testers" })).toBe("blue");
    expect(await answeredBy("/", { "X-Sluice-Bucket": ":1" })).toBe("blue");
  });

  it("are alone at 0 %: no bucket is leased", async () => {
    await byHeader.lease(claim(), 0);
    for (const bucket of [byHeader.first, byHeader.last]) {
      expect(await byHeader.routing(bucket)).toMatchObject({ target: "blue", leased: false });
    }
  });

  it("fall back to the settled slot when the driver is gone", async () => {
    await byHeader.init(1);
    await byHeader.lease(claim(), 0);
    await expect.poll(() => answeredBy("/", tester), { timeout: 10_000 }).toBe("blue");
    await byHeader.init(20);
  });

  it("aren't counted among the users", async () => {
    await byHeader.lease(claim(), 0);
    const { cursor } = observeReply.parse(await host.run(host.calls.observe(byHeader.name, null)));
    await host.public("/status/500", { headers: tester });
    await host.public("/status/404");
    await pause(1200);
    const seen = observeReply.parse(await host.run(host.calls.observe(byHeader.name, cursor)));
    expect(seen.slots).toMatchObject({ blue: { requests: 1, statuses: { "404": 1 } } });
    expect(seen.slots.green).toBeUndefined();
  });
});
