import { request } from "node:http";
import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { TestHost } from "./testing/host.ts";
import { Load } from "./testing/load.ts";
import { pause, TestService, testLeaseTicks } from "./testing/service.ts";

const host = new TestHost("127.0.93.1", 29300);
const service = new TestService(host, "org1/react-ui", 29310, { streaming: ["/live/"] });
let token = 0;

beforeAll(async () => {
  await host.applyBase();
  await host.start();
  await service.up();
  await service.settle(++token, "blue");
});

afterAll(async () => {
  await host.stop();
  await service.down();
});

async function promote(slot: "blue" | "green"): Promise<void> {
  const claim = { token: ++token, rollout: `r${token}`, slot };
  await service.prepare(claim, [50, 100]);
  await service.lease(claim, 50);
  await service.lease(claim, 100);
  await service.settle(token, slot);
  await service.clear(token, claim.rollout);
}

describe("switches under load", () => {
  it("lose no request, POST or GET, on kept-alive connections, and reload no worker", async () => {
    const workers = await workersSeen();
    const load = new Load(host.address, host.ports.site, 24, 20);
    for (let round = 0; round < 6; round++) {
      await promote(round % 2 === 0 ? "green" : "blue");
      await pause(150);
    }
    const { sent, failures, answered } = await load.stop();
    expect(failures).toEqual([]);
    expect(sent).toBeGreaterThan(1000);
    expect(Math.min(answered.blue ?? 0, answered.green ?? 0)).toBeGreaterThan(sent / 10);
    expect([...workers, ...(await workersSeen())].every((worker) => workers.has(worker))).toBe(true);
  });

  it("lose no request when they come back by rollback, or by a lease that lapses, and reload no worker", async () => {
    const workers = await workersSeen();
    const load = new Load(host.address, host.ports.site, 24, 20);
    const claim = { token: ++token, rollout: "back", slot: "green" } as const;
    await service.prepare(claim, [100]);
    await service.lease(claim, 100);
    await pause(300);
    await service.clear(token, "back");
    const lapsing = { token: ++token, rollout: "lapsing", slot: "green" } as const;
    await service.prepare(lapsing, [100]);
    await service.init(3);
    const { lapsesAt } = await service.lease(lapsing, 100);
    expect((await service.routing(service.last)).target).toBe("green");
    await pause(Number(lapsesAt) * 1000 - Date.now() + 100);
    expect(await service.routing(service.last)).toMatchObject({ settled: "blue", target: "blue", leased: false });
    await service.init(testLeaseTicks);
    const { failures, answered } = await load.stop();
    expect(failures).toEqual([]);
    expect(answered.green).toBeGreaterThan(100);
    expect([...(await workersSeen())].every((worker) => workers.has(worker))).toBe(true);
    await service.clear(token);
  });

  it("keep a WebSocket on the slot it was opened on", async () => {
    const socket = await webSocket("/socket");
    expect(await socket.say()).toContain("blue");
    await promote("green");
    expect((await host.public("/")).headers["x-backend"]).toBe("green");
    expect(await socket.say()).toContain("blue");
    const { connections } = await host.run(host.calls.connections(host.address, service.route.slots.blue.port));
    expect(connections).toBeGreaterThanOrEqual(1);
    socket.end();
    await promote("blue");
  });

  it("keep a slow download whole, and a slow upload visible as a connection to its slot", async () => {
    const download = host.public("/download");
    const upload = slowUpload();
    await pause(300);
    await promote("green");
    expect(await openTo("blue")).toBeGreaterThanOrEqual(2);
    expect(await upload.finish()).toBe("blue POST 20");
    const { status, body } = await download;
    expect([status, body.length, body[0]]).toEqual([200, 40 * 65_536, "b"]);
    await promote("blue");
  });

  it("leave a slot without connections soon after its last request", async () => {
    await promote("green");
    for (let tries = 0; tries < 60 && (await openTo("blue")) > 0; tries++) await pause(100);
    expect(await openTo("blue")).toBe(0);
    await promote("blue");
  });
});

describe("streams", () => {
  it.each([
    ["by Accept", "/events", { accept: "text/event-stream" }],
    ["by path", "/live/events", {}],
  ])("bring server-sent events as they come (%s)", async (_how, path, headers) => {
    const delays = await eventDelays(path, headers);
    expect(delays).toHaveLength(5);
    expect(Math.max(...delays)).toBeLessThan(90);
  });

  it("pass on no upgrade but WebSocket", async () => {
    await host.public("/upgrade", { headers: { connection: "Upgrade, HTTP2-Settings", upgrade: "h2c" } });
    const seen = service.blue.seen.findLast(({ url }) => url === "/upgrade");
    expect(seen?.headers.upgrade).toBeUndefined();
  });
});

async function openTo(slot: "blue" | "green"): Promise<number> {
  const { connections } = await host.run(host.calls.connections(host.address, service.route.slots[slot].port));
  return Number(connections);
}

async function workersSeen(): Promise<Set<number>> {
  const seen = new Set<number>();
  for (let n = 0; n < 60; n++) seen.add((await service.routing("000")).worker);
  return seen;
}

/** An upload that has sent half of its body. */
function slowUpload(): { finish(): Promise<string> } {
  const sent = request({
    host: host.address,
    port: host.ports.site,
    path: "/upload",
    method: "POST",
    headers: { "content-length": 20 },
  });
  const body = new Promise<string>((resolve, reject) => {
    sent.on("error", reject);
    sent.on("response", (answer) => {
      let text = "";
      answer.on("data", (chunk: Buffer) => (text += chunk.toString()));
      answer.on("end", () => resolve(text));
    });
  });
  sent.write("x".repeat(10));
  return {
    finish: () => {
      sent.end("x".repeat(10));
      return body;
    },
  };
}

async function webSocket(path: string): Promise<{ say(): Promise<string>; end(): void }> {
  const socket = connect(host.ports.site, host.address);
  const next = () =>
    new Promise<string>((resolve) => socket.once("data", (chunk: Buffer) => resolve(chunk.toString("latin1"))));
  const opened = next();
  socket.write(
    `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`,
  );
  expect(await opened).toContain("101 Switching Protocols");
  return {
    say: () => {
      const heard = next();
      socket.write(Buffer.from([0x81, 0x82, 0, 0, 0, 0, 0x68, 0x69]));
      return heard;
    },
    end: () => socket.destroy(),
  };
}

/** Milliseconds from the moment the service sent an event to the moment it came here. */
function eventDelays(path: string, headers: Record<string, string>): Promise<readonly number[]> {
  return new Promise((resolve, reject) => {
    const delays: number[] = [];
    const sent = request({ host: host.address, port: host.ports.site, path, headers, agent: false }, (answer) => {
      answer.on("data", (chunk: Buffer) => {
        for (const [, at] of chunk.toString().matchAll(/data: \w+ (\d+)/g)) delays.push(Date.now() - Number(at));
      });
      answer.on("end", () => resolve(delays));
    });
    sent.on("error", reject);
    sent.end();
  });
}
