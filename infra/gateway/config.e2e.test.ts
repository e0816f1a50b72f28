import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { gatewayPaths } from "./paths.ts";
import { gatewayFiles, routeFiles } from "./render/index.ts";
import { TestHost } from "./testing/host.ts";
import { TestService } from "./testing/service.ts";

const host = new TestHost("127.0.93.3", 29300);
const first = new TestService(host, "org1/react-ui", 29310);
const second = new TestService(host, "org2/react-ui", 29312, { path: "/org2" });
const { calls } = host;

beforeAll(async () => {
  await host.applyBase();
  await host.start();
  await first.up();
  await first.settle(1, "blue");
});

afterAll(async () => {
  await host.stop();
  await first.down();
  await second.down();
});

const base = (change: object = {}) => calls.apply("base", gatewayFiles(host.gatewayConfig(change)));
const routeOf = (service: TestService, change: object = {}) =>
  calls.apply({ service: service.name }, routeFiles(host.root, { ...service.route, ...change }));

async function generation(): Promise<number> {
  return (await first.routing("000")).generation;
}

describe("what was changed by hand", () => {
  const drift = () => host.run(calls.drift());
  const reload = () => process.kill(Number(readFileSync(gatewayPaths(host.root).pidFile, "utf8")), "SIGHUP");
  const file = (path: string) => join(dirname(gatewayPaths(host.root).liveConfig), path);

  it("is nothing at first", async () => {
    const live = await generation();
    expect(await drift()).toMatchObject({ live, running: live, edited: [] });
  });

  it("is each file that isn't as it was applied, until it is again", async () => {
    const route = readFileSync(file("http.d/org1.react-ui.conf"), "utf8");
    const base = readFileSync(file("nginx.conf"), "utf8");
    writeFileSync(file("http.d/org1.react-ui.conf"), `${route}# by hand\n`);
    rmSync(file("nginx.conf"));
    writeFileSync(file("http.d/more.conf"), "");
    expect(await drift()).toMatchObject({ edited: ["http.d/more.conf", "http.d/org1.react-ui.conf", "nginx.conf"] });
    rmSync(file("http.d/more.conf"));
    writeFileSync(file("http.d/org1.react-ui.conf"), route);
    writeFileSync(file("nginx.conf"), base);
    expect(await drift()).toMatchObject({ edited: [] });
  });

  it("is an nginx that runs another generation", async () => {
    const live = await generation();
    const number = file("generation.conf");
    const before = readFileSync(number, "utf8");
    writeFileSync(number, before.replace(String(live), "4711"));
    reload();
    await expect.poll(generation, { timeout: 10_000 }).toBe(4711);
    expect(await drift()).toMatchObject({ live, running: 4711 });
    writeFileSync(number, before);
    reload();
    await expect.poll(generation, { timeout: 10_000 }).toBe(live);
  });
});

describe("a structural change", () => {
  it("is live when the call returns, and doing it again does nothing", async () => {
    const before = await generation();
    expect(await host.run(routeOf(first, { bodyMegabytes: 33 }))).toMatchObject({
      changed: true,
      generation: before + 1,
    });
    expect(await generation()).toBe(before + 1);
    expect(await host.run(routeOf(first, { bodyMegabytes: 33 }))).toMatchObject({
      changed: false,
      generation: before + 1,
    });
    expect(await generation()).toBe(before + 1);
  });

  it("of two services at once keeps both", async () => {
    await second.blue.listen(host.address, 29312);
    await second.green.listen(host.address, 29313);
    await second.init(20);
    const replies = await Promise.all([
      host.run(routeOf(first, { bodyMegabytes: 44 })),
      host.run(routeOf(second)),
      host.run(base({ keepaliveSeconds: 60 })),
    ]);
    expect(new Set(replies.map((reply) => reply.generation)).size).toBe(3);
    await second.settle(1, "green");
    expect((await host.public("/org2/x")).headers["x-backend"]).toBe("green");
    expect((await host.public("/x")).headers["x-backend"]).toBe("blue");
    const live = (file: string) => readFileSync(join(host.root, "sluice/conf/live", file), "utf8");
    expect(live("sites/main/org1.react-ui.conf")).toContain("client_max_body_size 44m;");
    expect(live("nginx.conf")).toContain("keepalive_timeout 60s;");
    expect(readdirSync(join(host.root, "sluice/conf/generations"))).toHaveLength(3);
  });

  it("that nginx refuses leaves the old one serving and says nginx's own words", async () => {
    const before = await generation();
    const [upstreams, ...others] = routeFiles(host.root, first.route);
    const files = [{ path: upstreams?.path ?? "", text: "upstream x { nonsense; }\n" }, ...others];
    const { code, reply } = await host.try(calls.apply({ service: first.name }, files));
    expect([code, reply.kind]).toEqual([3, "refused"]);
    expect(reply.message).toMatch(/unknown directive "nonsense" in http\.d\/org1\.react-ui\.conf:1/);
    expect(await generation()).toBe(before);
    expect((await host.public("/x")).status).toBe(200);
    expect(await host.run(routeOf(first, { bodyMegabytes: 44 }))).toMatchObject({ changed: false });
  });

  it("that the test passes and the reload doesn't (a taken port) is taken back", async () => {
    const before = await generation();
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(29320, host.address, resolve));
    const sites = [
      { name: "main", address: host.address, port: host.ports.site, serverNames: ["_"] },
      { name: "more", address: host.address, port: 29320, serverNames: ["_"] },
    ];
    const { code, reply } = await host.try(base({ sites }));
    await new Promise((resolve) => taken.close(resolve));
    expect([code, reply.kind]).toEqual([3, "refused"]);
    expect(reply.message).toContain(`bind() to ${host.address}:29320 failed (98: Address already in use)`);
    expect(await generation()).toBe(before);
    expect((await host.public("/x")).status).toBe(200);
  });

  it("is refused for a site that nobody declares, and while a route is still on a site that goes", async () => {
    const lost = await host.try(routeOf(first, { site: "lost" }));
    expect(lost.reply.message).toBe("site lost of org1.react-ui isn't declared on this gateway");
    const sites = [{ name: "other", address: host.address, port: host.ports.site, serverNames: ["_"] }];
    const gone = await host.try(base({ sites }));
    expect([gone.code, gone.reply.message]).toEqual([3, "site main of org1.react-ui isn't declared on this gateway"]);
  });

  it("can't touch what belongs to somebody else, and a bundle that was cut off does nothing", async () => {
    const foreign = await host.try(calls.apply({ service: first.name }, routeFiles(host.root, second.route)));
    expect([foreign.code, foreign.reply.message]).toEqual([
      2,
      "http.d/org2.react-ui.conf doesn't belong to org1.react-ui",
    ]);
    const whole = routeOf(first, { bodyMegabytes: 55 });
    const cut = await host.try({ ...whole, stdin: (whole.stdin ?? "").slice(0, -5) });
    expect([cut.code, cut.reply.message]).toEqual([2, "the bundle on stdin is broken or was cut off"]);
  });
});

describe("sites and requests", () => {
  it("pass on who asked for what, and believe only proxies they were told to trust", async () => {
    const forged = {
      "x-forwarded-for": "9.9.9.9",
      "x-forwarded-proto": "https",
      host: "ui.example.com:8443",
      traceparent: "00-ab-cd-01",
    };
    const forwarded = async () => {
      await host.public("/forwarded?a=%2F", { headers: forged });
      const headers = first.blue.seen.findLast(({ url }) => url === "/forwarded?a=%2F")?.headers ?? {};
      return [
        headers["x-forwarded-for"],
        headers["x-forwarded-proto"],
        headers["x-forwarded-host"],
        headers.host,
        headers.traceparent,
      ];
    };
    const site = "ui.example.com:8443";
    expect(await forwarded()).toEqual(["127.0.0.1", "http", site, site, "00-ab-cd-01"]);
    await host.run(base({ trustedProxies: ["127.0.0.0/8"] }));
    expect(await forwarded()).toEqual(["9.9.9.9, 127.0.0.1", "https", site, site, "00-ab-cd-01"]);
    await host.run(base());
  });

  it("answer names that nobody declared with 421, and bodies that are too large with 413", async () => {
    await host.run(
      base({
        sites: [{ name: "main", address: host.address, port: host.ports.site, serverNames: ["ui.example.com"] }],
      }),
    );
    expect((await host.public("/x", { headers: { host: "other.example.com" } })).status).toBe(421);
    expect((await host.public("/x", { headers: { host: "ui.example.com" } })).status).toBe(200);
    expect((await host.through("/x", "000")).status).toBe(200);
    await host.run(routeOf(first, { bodyMegabytes: 1 }));
    const body = Buffer.alloc(1_200_000);
    expect((await host.public("/x", { method: "POST", body, headers: { host: "ui.example.com" } })).status).toBe(413);
    await host.run(base());
  });

  it("end with their route: afterwards the path is answered 404, and the service can be retired", async () => {
    expect((await host.try(calls.retireService(second.name))).reply.message).toBe(
      "the gateway still has a route to org2.react-ui: remove it first",
    );
    await host.run(calls.remove({ service: first.name }));
    expect((await host.public("/x")).status).toBe(404);
    expect((await host.public("/org2/x")).status).toBe(200);
    await host.run(calls.retireService(first.name));
    expect((await host.try(calls.state(first.name))).code).toBe(1);
    expect(await host.run(calls.remove({ service: first.name }))).toMatchObject({ changed: false });
  });
});
