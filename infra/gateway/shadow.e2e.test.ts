import { Agent, request as httpRequest } from "node:http";
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { observeReply } from "./host-reply.ts";
import { tallies } from "./observation.ts";
import { gatewayPaths } from "./paths.ts";
import { gatewayFiles } from "./render/index.ts";
import { TestHost } from "./testing/host.ts";
import { pause, TestService } from "./testing/service.ts";

const host = new TestHost("127.0.93.1", 29420);
const service = new TestService(host, "org1/react-ui", 29430, {
  copies: { address: host.address, port: host.ports.status },
  testers: { kind: "header", name: "X-Preview", value: "team" },
});
/** Without a shadow of its own, on the same site. */
const other = new TestService(host, "org2/react-ui", 29432, { path: "/org2" });
let token = 0;

beforeAll(async () => {
  await host.applyBase();
  await host.start();
  await service.up();
  await other.up();
});

afterAll(async () => {
  await host.stop();
  await service.down();
  await other.down();
});

const claim = () => ({ token, rollout: `r${token}`, slot: "green" }) as const;

beforeEach(async () => {
  token++;
  await service.clear(token);
  await service.settle(token, "blue");
  await other.settle(token, "blue");
  await service.prepare(claim(), [{ copies: 10 }, { copies: 100 }, 10]);
  service.green.seen.length = 0;
  service.blue.seen.length = 0;
});

const copied = () => service.green.seen.map(({ method, url }) => `${method} ${url}`);

async function observed(act: () => Promise<unknown>) {
  const { cursor } = observeReply.parse(await host.run(host.calls.observe(service.name, null)));
  await act();
  await pause(1300);
  const reply = observeReply.parse(await host.run(host.calls.observe(service.name, cursor)));
  return { reply, ...tallies(reply) };
}

describe("a shadow", () => {
  it("is made of nothing while no lease asks for one", async () => {
    // Anybody may be among the clients of a share, so that green's own users aren't to be told from copies by their paths.
    await service.lease(claim(), 10);
    for (let asked = 0; asked < 20; asked++) await host.public("/a");
    await pause(200);
    expect([...service.green.seen, ...service.blue.seen]).toHaveLength(20);
    expect(service.green.seen.filter(({ headers }) => headers["x-sluice-copy"] !== undefined)).toEqual([]);
    for (const bucket of [service.first, service.last]) {
      expect(await service.routing(bucket)).toMatchObject({ copies: "" });
    }
  });

  it("gets copies of safe requests as they came, and the user the settled slot's answer", async () => {
    await service.lease(claim(), { copies: 100 });
    const target = "/a/../b%2Fc//d?x=%20y&z";
    const headers = { "X-Request-ID": "request-0001", "X-Sluice-Copy": "1", cookie: "session=1" };
    expect(await host.public(target, { headers })).toMatchObject({ status: 200, body: "blue GET 0" });
    expect(await host.public("/head", { method: "HEAD", headers })).toMatchObject({ status: 200 });
    await expect.poll(copied).toEqual([`GET ${target}`, "HEAD /head"]);
    const [copy] = service.green.seen;
    const [original] = service.blue.seen;
    expect(copy?.headers["x-sluice-copy"]).toBe("1");
    expect(original?.headers).not.toHaveProperty("x-sluice-copy");
    for (const name of ["host", "x-request-id", "x-forwarded-for", "x-forwarded-proto", "x-real-ip", "cookie"]) {
      expect([name, copy?.headers[name]]).toEqual([name, original?.headers[name]]);
    }
  });

  it("gets no request that changes something, holds a body, streams, asks for assets, or is a tester's or the driver's", async () => {
    await service.lease(claim(), { copies: 100 });
    for (const method of ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"]) {
      await host.public("/a", { method, body: method === "PUT" ? "text" : "" });
    }
    await host.public("/a", { method: "GET", headers: { "content-length": "4" }, body: "text" });
    await host.public("/events", { headers: { accept: "text/event-stream" } });
    await host.public("/assets/index.js");
    await host.public("/a", { headers: { "X-Preview": "team" } });
    await host.through("/a", service.first);
    await host.public("/org2/a");
    await host.public("/last");
    await expect.poll(copied).toContain("GET /last");
    // The tester's own request is no copy.
    expect(service.green.seen.filter(({ headers }) => headers["x-sluice-copy"] === "1")).toHaveLength(1);
    expect(copied()).toEqual(["GET /a", "GET /last"]);
  });

  it("is of its share of the clients", async () => {
    await service.lease(claim(), { copies: 10 });
    const at = async (place: number) => (await service.routing(String(service.order[place]).padStart(3, "0"))).copies;
    expect([await at(0), await at(99), await at(100), await at(999)]).toEqual(["green", "green", "", ""]);
    expect((await service.routing(service.first)).target).toBe("blue");
  });

  it("can't be asked for by a client", async () => {
    await service.lease(claim(), { copies: 100 });
    expect((await host.public("/.sluice-copies/org1.react-ui")).status).toBe(404);
    expect((await host.status("/org1.react-ui/copies-made/green")).status).toBe(404);
  });

  it("doesn't make users wait for a candidate that hangs, on the same connection neither", async () => {
    await service.lease(claim(), { copies: 100 });
    service.green.answers.set("/slow", () => undefined);
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const began = performance.now();
    for (let made = 0; made < 20; made++) await onConnection(agent, "/slow");
    const took = performance.now() - began;
    agent.destroy();
    await expect.poll(() => copied().length).toBe(20);
    await letGo();
    // Waiting for one copy would take a minute.
    expect(took).toBeLessThan(20_000);
  });

  it("has so many copies under way at most", async () => {
    await service.lease(claim(), { copies: 100 });
    service.green.answers.set("/slow", () => undefined);
    const { cursor } = observeReply.parse(await host.run(host.calls.observe(service.name, null)));
    await Promise.all(Array.from({ length: 150 }, () => host.public("/slow")));
    await expect.poll(() => copied().length).toBe(100);
    await pause(300);
    expect(copied()).toHaveLength(100);
    await letGo();
    // What wasn't copied isn't compared.
    const { copies, originals } = tallies(observeReply.parse(await host.run(host.calls.observe(service.name, cursor))));
    expect([copies.requests, originals.requests]).toEqual([100, 100]);
  });

  it("fails nobody when the candidate isn't there", async () => {
    await service.lease(claim(), { copies: 100 });
    await service.green.close();
    const { copies, originals, blue } = await observed(async () => {
      expect(await host.public("/a")).toMatchObject({ status: 200 });
      expect(await host.public("/b")).toMatchObject({ status: 200 });
    });
    await listen();
    expect([copies.requests, copies.errors]).toEqual([2, 2]);
    expect([originals.requests, originals.errors, blue.requests]).toEqual([2, 0, 2]);
  });

  it("is counted apart from the users, beside what the settled slot made of the same requests", async () => {
    await service.lease(claim(), { copies: 100 });
    service.green.answers.set("/bad", (response) => response.writeHead(500).end());
    const { reply, copies, originals, blue, green } = await observed(async () => {
      await host.public("/bad");
      await host.public("/wait/150");
      await host.public("/a", { method: "POST", body: "text" });
      await host.public("/assets/index.js");
    });
    service.green.answers.clear();
    expect(reply.slots.copies).toMatchObject({ requests: 2, streams: 0, statuses: { "500": 1, "200": 1 } });
    expect([copies.errors, originals.requests, originals.errors]).toEqual([1, 2, 0]);
    expect([blue.requests, green.requests]).toEqual([4, 0]);
    for (const side of [copies, originals]) {
      expect(Math.max(...side.milliseconds.keys())).toBeGreaterThanOrEqual(150);
      expect(Math.min(...side.milliseconds.keys())).toBeLessThan(150);
    }
  });

  it("is measured as its original also where the client has left", async () => {
    await service.lease(claim(), { copies: 100 });
    const { copies, originals } = await observed(async () => {
      const left = httpRequest({ host: host.address, port: host.ports.site, path: "/wait/1000", agent: false });
      left.on("error", () => undefined);
      left.end();
      await expect.poll(copied).toEqual(["GET /wait/1000"]);
      left.destroy();
      await pause(1000);
    });
    for (const side of [copies, originals]) {
      expect([side.requests, side.errors]).toEqual([1, 0]);
      expect(Math.max(...side.milliseconds.keys())).toBeGreaterThanOrEqual(1000);
    }
  });

  it("follows no redirection inside the gateway, and no Host to another service", async () => {
    await service.lease(claim(), { copies: 100 });
    service.green.answers.set("/inside", (response) =>
      response.writeHead(200, { "X-Accel-Redirect": "/org1.react-ui" }).end(),
    );
    other.blue.seen.length = 0;
    const { copies } = await observed(async () => {
      await host.public("/inside");
      await host.public("/org2/a", { headers: { host: "main.through.sluice" } });
      await host.public("/spoofed", { headers: { host: "main.through.sluice", "X-Sluice-Host": "other" } });
    });
    service.green.answers.clear();
    expect(copied()).toEqual(["GET /inside", "GET /spoofed"]);
    expect(service.green.seen.at(-1)?.headers).toMatchObject({ host: "main.through.sluice" });
    expect(service.green.seen.at(-1)?.headers).not.toHaveProperty("x-sluice-host");
    expect(other.blue.seen.map(({ url }) => url)).toEqual(["/org2/a"]);
    expect(copies.requests).toBe(2);
  });

  it("is refused by nginx on a gateway whose base is older, which goes on as it was", async () => {
    const files = gatewayFiles(host.gatewayConfig()).map(({ path, text }) => ({
      path,
      text: text.replaceAll("$sluice_environment_is_up_to_date", "$sluice_older"),
    }));
    const older = await host.try(host.calls.apply("base", files));
    expect(older.code).toBe(3);
    expect(older.reply["message"]).toContain('unknown "sluice_environment_is_up_to_date" variable');
    expect(await host.public("/a")).toMatchObject({ status: 200 });
  });

  it("leaves the users' own lines whole", async () => {
    await service.lease(claim(), { copies: 100 });
    await host.public("/whole?1");
    await pause(1300);
    const lines = readFileSync(gatewayPaths(host.root).accessLog, "utf8").trim().split("\n");
    const mine = lines
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .filter(({ uri }) => uri === "/whole?1");
    expect(mine).toMatchObject([
      { org: "org1", service: "react-ui", slot: "blue", status: "200", copied: "green", method: "GET" },
    ]);
    expect(mine[0]?.bucket).toMatch(/^\d{3}$/);
  });
});

function listen(): Promise<void> {
  const { address, port } = service.route.slots.green;
  return service.green.listen(address, port);
}

/** Ends what hangs, and waits until it is logged. */
async function letGo(): Promise<void> {
  service.green.answers.clear();
  await service.green.close();
  await listen();
  await pause(1200);
}

function onConnection(agent: Agent, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const { address, ports } = host;
    const sent = httpRequest({ host: address, port: ports.site, path, agent }, (answer) => {
      answer.resume();
      answer.on("end", resolve);
    });
    sent.on("error", reject);
    sent.end();
  });
}
