import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ask } from "./http.ts";

let server: Server;
let base = "";
const connections = new Set<object>();
let redirected = 0;

beforeAll(async () => {
  server = createServer((request, response) => {
    switch (request.url ?? "") {
      case "/late":
        return;
      case "/late-body":
        response.writeHead(200).write("begin");
        return;
      case "/reset":
        request.socket.resetAndDestroy();
        return;
      case "/redirect":
        response.writeHead(302, { location: "/target" }).end();
        return;
      case "/target":
        redirected++;
        response.end("target");
        return;
      case "/huge":
        response.end(Buffer.alloc(20_000_000, "x"));
        return;
      default:
        response
          .setHeader("x-seen", request.headers.host ?? "")
          .end(`hello ${request.headers["x-bucket"]?.toString() ?? ""}`);
    }
  });
  server.on("connection", (socket) => {
    connections.add(socket);
    socket.on("close", () => connections.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.97.1", resolve));
  base = `http://127.0.97.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

describe("ask", () => {
  it("brings status, body, headers and time back, and leaves no connection open to the slot", async () => {
    const answer = await ask(`${base}/`, 2_000, { "x-bucket": "007", host: "sluice.internal" });
    expect(answer).toMatchObject({
      kind: "answered",
      status: 200,
      body: "hello 007",
      headers: { "x-seen": "sluice.internal" },
    });
    expect(answer.kind === "answered" && answer.milliseconds).toBeGreaterThan(0);
    await expect.poll(() => connections.size, { timeout: 2_000 }).toBe(0);
  });

  it.each(["/late", "/late-body"])("gives up on %s", async (path) => {
    expect(await ask(base + path, 150)).toMatchObject({ kind: "failed", reason: "no answer within 150 ms" });
  });

  it("says what broke", async () => {
    expect(await ask(`${base}/reset`, 2_000)).toMatchObject({
      kind: "failed",
      reason: expect.stringMatching(/reset|closed|hang/i) as string,
    });
    expect(await ask("http://127.0.97.1:1/", 2_000)).toMatchObject({
      kind: "failed",
      reason: expect.stringContaining("ECONNREFUSED") as string,
    });
  });

  it("follows no redirect: what is asked is what answers", async () => {
    expect(await ask(`${base}/redirect`, 2_000)).toMatchObject({ kind: "answered", status: 302 });
    expect(redirected).toBe(0);
  });

  it("reads no more of a body than it judges", async () => {
    const answer = await ask(`${base}/huge`, 5_000);
    expect(answer.kind === "answered" && answer.body.length).toBeLessThan(1_200_000);
    await expect.poll(() => connections.size, { timeout: 2_000 }).toBe(0);
  });
});
