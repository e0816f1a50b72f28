import { once } from "node:events";
import { connect } from "node:net";
import { describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { startWith } from "./running.ts";

describe("stopping", () => {
  it("fails readiness first, still answers, then finishes what is under way and refuses the rest", async () => {
    const server = await startWith({ DRAIN_DELAY_MS: "300" });
    const download = await fetch(`${server.url}/api/download?chunks=5&seconds=1`);
    const stopped = server.stop();
    const ready = await fetch(`${server.url}/api/health/ready`);
    const user = await fetch(`${server.url}/api/version`);
    expect([ready.status, await ready.json()]).toEqual([
      503,
      { status: "draining", checks: { database: "healthy", cache: "healthy" } },
    ]);
    expect([user.status, user.headers.get("connection")]).toEqual([200, "close"]);
    expect((await download.arrayBuffer()).byteLength).toBe(5 * 16 * 1024);
    await stopped;
    await expect(fetch(server.url)).rejects.toThrow();
    expect(server.lines.filter((line) => !line.endsWith("request"))).toEqual([
      "info listening",
      "info draining",
      "info stopped",
    ]);
  });

  it("ends streams without an end, and tells WebSockets that it is going away", async () => {
    const server = await startWith();
    const events = await fetch(`${server.url}/api/events?interval=100`);
    const socket = new WebSocket(`${server.url.replace("http", "ws")}/api/socket`);
    await new Promise((resolve) => socket.once("message", resolve));
    const code = new Promise((resolve) => socket.once("close", resolve));
    await Promise.all([server.stop(), events.text()]);
    expect(await code).toBe(1001);
  });

  it("doesn't wait for a connection that never made a request", async () => {
    const server = await startWith();
    const socket = connect(Number(new URL(server.url).port), "127.0.0.1");
    await once(socket, "connect");
    const began = performance.now();
    await Promise.all([server.stop(), once(socket, "close")]);
    expect(performance.now() - began).toBeLessThan(2_000);
  });

  it("cuts what is still open after the timeout", async () => {
    const server = await startWith({ DRAIN_TIMEOUT_MS: "200" });
    const download = await fetch(`${server.url}/api/download?seconds=60`);
    const began = performance.now();
    await Promise.all([server.stop(), expect(download.arrayBuffer()).rejects.toThrow()]);
    expect(performance.now() - began).toBeLessThan(5_000);
  });
});
