import { readFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { observeReply } from "./host-reply.ts";
import { gatewayPaths } from "./paths.ts";
import type { Backend } from "./testing/backend.ts";
import { type Ask, type HttpAnswer, TestHost } from "./testing/host.ts";
import { pause, TestService } from "./testing/service.ts";

const host = new TestHost("127.0.93.6", 29300);
const service = new TestService(host, "org1/react-ui", 29310, {
  path: "/ui",
  streaming: ["/ui/assets/live/"],
  readSeconds: 2,
});
/** Its second try is turned off. */
const without = new TestService(host, "org1/without", 29312, { path: "/without", assets: [] });
/** All of it is assets. */
const whole = new TestService(host, "org1/whole", 29314, { path: "/whole", assets: ["/whole"] });
/** Its path is among another service's assets. */
const inner = new TestService(host, "org1/inner", 29316, { path: "/ui/static" });
const all = [service, without, whole, inner];
const { blue, green } = service;
let token = 0;

beforeAll(async () => {
  await host.applyBase();
  await host.start();
  for (const one of all) {
    await one.up();
    await one.settle(++token, "blue");
  }
});

beforeEach(async () => {
  await service.settle(++token, "blue");
  for (const backend of [blue, green]) {
    backend.seen.length = 0;
    backend.answers.clear();
    for (const path of ["old", "new", "nowhere"]) backend.answers.set(`/ui/assets/${path}.js`, missing(backend));
  }
  blue.answers.set("/ui/assets/old.js", chunk(blue));
  green.answers.set("/ui/assets/new.js", chunk(green));
});

afterAll(async () => {
  await host.stop();
  for (const one of all) await one.down();
});

/** A missing file, in the words of whoever misses it. */
const missing = (backend: Backend) => (response: ServerResponse) => {
  response.writeHead(404, { "content-type": "text/x-missing", "cache-control": `max-age=${backend.name.length}` });
  response.end(`${backend.name} has none`);
};

const status = (code: number) => (response: ServerResponse) =>
  response.writeHead(code, { location: "/elsewhere" }).end("other");

/** A file as a static server has it: conditional requests, ranges. */
const chunk = (backend: Backend) => (response: ServerResponse, request: IncomingMessage) => {
  const headers = { etag: '"e1"', "cache-control": "public, max-age=31536000, immutable" };
  const text = `import("${backend.name}")`;
  const typed = { ...headers, "content-type": "text/javascript" };
  if (request.headers["if-none-match"] === '"e1"') response.writeHead(304, headers).end();
  else if (request.headers.range === "bytes=0-5") {
    response.writeHead(206, { ...typed, "content-range": `bytes 0-5/${text.length}` }).end(text.slice(0, 6));
  } else response.writeHead(200, { ...typed, "content-length": text.length }).end(text);
};

/** How often each was asked, in this test. */
const asked = () => ({ blue: blue.seen.length, green: green.seen.length });

async function lease(slot: "blue" | "green", weight: number, work: () => Promise<void>): Promise<void> {
  const claim = { token: ++token, rollout: `r${token}`, slot };
  await service.prepare(claim, [weight]);
  await service.lease(claim, weight);
  await work();
  await service.clear(token, claim.rollout);
}

const found = (answer: HttpAnswer, by: string) => {
  expect([answer.status, answer.body]).toEqual([200, `import("${by}")`]);
  expect(answer.headers).toMatchObject({
    "content-type": "text/javascript",
    "cache-control": "public, max-age=31536000, immutable",
    etag: '"e1"',
    "x-backend": by,
  });
};

describe("an asset that only the other slot has", () => {
  it("is found there whichever slot is settled, and the chosen slot's own is asked for once", async () => {
    found(await host.public("/ui/assets/new.js"), "green");
    found(await host.public("/ui/assets/old.js"), "blue");
    expect(asked()).toEqual({ blue: 2, green: 1 });
    await service.settle(++token, "green");
    found(await host.public("/ui/assets/old.js?v=1"), "blue");
    found(await host.public("/ui/assets/new.js"), "green");
    expect(asked()).toEqual({ blue: 3, green: 3 });
  });

  it("is found there from either side of a lease, and the answer names the slot that was chosen", () =>
    lease("green", 50, async () => {
      const [leased, settled] = [service.first, service.last];
      for (const [path, bucket, chosen, by] of [
        ["/ui/assets/old.js", leased, "green", "blue"],
        ["/ui/assets/new.js", leased, "green", "green"],
        ["/ui/assets/new.js", settled, "blue", "green"],
        ["/ui/assets/old.js", settled, "blue", "blue"],
      ] as const) {
        const answer = await host.through(path, bucket);
        found(answer, by);
        expect(answer.headers["x-sluice-slot"]).toBe(chosen);
      }
      const given = (await host.public("/ui/assets/new.js")).headers["set-cookie"];
      expect(given).toHaveLength(1);
    }));

  it("keeps what a cache or a download asks: 304, 206, HEAD", async () => {
    const get = (headers: Record<string, string>) => host.public("/ui/assets/new.js", { headers });
    const unchanged = await get({ "if-none-match": '"e1"' });
    expect([unchanged.status, unchanged.headers.etag, unchanged.body]).toEqual([304, '"e1"', ""]);
    const part = await get({ range: "bytes=0-5" });
    expect([part.status, part.headers["content-range"], part.body]).toEqual([206, "bytes 0-5/15", "import"]);
    const head = await host.public("/ui/assets/new.js", { method: "HEAD" });
    expect([head.status, head.headers["content-length"], head.body]).toEqual([200, "15", ""]);
    expect(green.seen.map(({ method }) => method)).toEqual(["GET", "GET", "HEAD"]);
  });

  it("is found where all paths of a service are assets", async () => {
    whole.blue.answers.set("/whole", missing(whole.blue));
    whole.blue.answers.set("/whole/a", missing(whole.blue));
    expect((await host.public("/whole/a")).headers["x-backend"]).toBe("green");
    expect(await host.public("/whole")).toMatchObject({ status: 404, body: "blue has none" });
  });
});

describe("an asset that nobody can give", () => {
  const own = { status: 404, body: "blue has none", headers: { "cache-control": "max-age=4", "x-backend": "blue" } };

  it.each([400, 401, 403, 404, 410, 416, 418, 419, 420, 429, 500, 502, 503, 504, 599])(
    "is the chosen slot's own 404, word for word, when the other answers %i",
    async (code) => {
      green.answers.set("/ui/assets/nowhere.js", status(code));
      const answer = await host.public("/ui/assets/nowhere.js");
      expect(answer).toMatchObject(own);
      expect(answer.headers["location"]).toBeUndefined();
      expect(asked()).toEqual({ blue: 2, green: 1 });
    },
  );

  it("is so when the other slot closes, says nothing, or isn't there", async () => {
    green.answers.set("/ui/assets/nowhere.js", (response) => response.destroy());
    expect(await host.public("/ui/assets/nowhere.js")).toMatchObject(own);
    green.answers.set("/ui/assets/nowhere.js", () => undefined);
    expect(await host.public("/ui/assets/nowhere.js")).toMatchObject(own);
    expect(green.seen.length).toBeLessThanOrEqual(3);
    await green.close();
    const began = Date.now();
    expect(await host.public("/ui/assets/nowhere.js")).toMatchObject(own);
    expect(Date.now() - began).toBeLessThan(1_000);
    await green.listen(service.route.slots.green.address, service.route.slots.green.port);
  });

  it("is 503 without a settled slot", async () => {
    await service.settle(++token, null);
    expect((await host.public("/ui/assets/old.js")).status).toBe(503);
    expect(asked()).toEqual({ blue: 0, green: 0 });
  });
});

describe("what isn't tried on the other slot", () => {
  it.each<[string, string, Ask]>([
    ["a POST", "/ui/assets/new.js", { method: "POST", body: "x" }],
    ["a POST of a body larger than nginx's own limit", "/ui/assets/new.js", { method: "POST", body: "x".repeat(2e6) }],
    ["a POST without a body", "/ui/assets/new.js", { method: "POST" }],
    ["a DELETE", "/ui/assets/new.js", { method: "DELETE" }],
    ["OPTIONS", "/ui/assets/new.js", { method: "OPTIONS" }],
    ["a GET with a body", "/ui/assets/new.js", { body: "x", headers: { "content-length": "1" } }],
    ["a stream by Accept", "/ui/assets/new.js", { headers: { accept: "text/event-stream" } }],
    ["a stream by path", "/ui/assets/live/new", {}],
    ["another path", "/ui/api/new", {}],
    ["a path that only begins alike", "/ui/assetsnew", {}],
    ["the folder's own name", "/ui/assets", {}],
  ])("%s", async (_what, path, how) => {
    blue.answers.set(path, missing(blue));
    expect(await host.public(path, how)).toMatchObject({ status: 404, body: "blue has none" });
    expect(asked()).toEqual({ blue: 1, green: 0 });
  });

  it.each([201, 302, 400, 403, 410, 418, 419, 420, 500, 503])("an answer %i of the chosen slot", async (code) => {
    blue.answers.set("/ui/assets/old.js", status(code));
    expect((await host.public("/ui/assets/old.js")).status).toBe(code);
    expect(asked()).toEqual({ blue: 1, green: 0 });
  });

  it("a chosen slot that isn't there", async () => {
    await blue.close();
    expect((await host.public("/ui/assets/new.js")).status).toBe(502);
    expect(green.seen).toEqual([]);
    await blue.listen(service.route.slots.blue.address, service.route.slots.blue.port);
  });

  it("paths of a service whose setting is an empty list", async () => {
    without.blue.answers.set("/without/assets/a.js", missing(without.blue));
    expect((await host.public("/without/assets/a.js")).body).toBe("blue has none");
    expect(without.green.seen).toEqual([]);
  });

  it("paths of another service, which stay its own", async () => {
    expect((await host.public("/ui/static/logo.png")).status).toBe(200);
    expect([inner.blue.seen.length, asked()]).toEqual([1, { blue: 0, green: 0 }]);
  });
});

it("counts for the chosen slot, with neither the other's errors nor its time", async () => {
  const look = async (cursor: string | null) => {
    await pause(1200);
    return observeReply.parse(await host.run(host.calls.observe(service.name, cursor)));
  };
  const { cursor } = await look(null);
  green.answers.set("/ui/assets/nowhere.js", (response) => setTimeout(() => status(500)(response), 700));
  await host.public("/ui/assets/nowhere.js");
  await host.public("/ui/assets/new.js");
  await host.public("/ui/assets/old.js");
  const { slots } = await look(cursor);
  expect(slots).toMatchObject({ blue: { requests: 3, statuses: { "200": 2, "404": 1 } } });
  expect(Object.keys(slots)).toEqual(["blue"]);
  const times = Object.entries(slots.blue?.milliseconds ?? {});
  expect(times.map(([, count]) => count)).toEqual([1]);
  expect(Number(times[0]?.[0])).toBeLessThan(700);
  const lines = readFileSync(gatewayPaths(host.root).accessLog, "utf8").trim().split("\n").slice(-3);
  const logged = lines.map((line) => JSON.parse(line) as Record<string, string>);
  expect(logged.map((line) => [line["slot"], line["other"], line["upstream_status"], line["status"]])).toEqual([
    ["blue", "green", "404 : 500 : 404", "404"],
    ["blue", "green", "404 : 200", "200"],
    ["blue", "", "200", "200"],
  ]);
});
