import { describe, expect, it } from "vitest";
import { type FaultSettings, faultsBegan, isUserRequest, readFaults } from "../server/faults.ts";
import { startWith } from "./running.ts";

const none: FaultSettings = readFaults({}, []);

describe("faults to order", () => {
  it.each([
    ["at once when no threshold is set", 0, 0, 0, 0, true],
    ["not before the seconds have passed", 10, 0, 9.9, 999, false],
    ["when the seconds have passed", 10, 0, 10, 0, true],
    ["not before the requests were made", 0, 5, 999, 4, false],
    ["when the requests were made", 0, 5, 0, 5, true],
    ["not while one of two thresholds is ahead", 10, 5, 11, 4, false],
  ])("begin %s", (_when, afterS, afterRequests, uptime, requests, began) => {
    expect(faultsBegan({ ...none, afterS, afterRequests }, uptime, requests)).toBe(began);
  });

  it.each([
    ["/", true],
    ["/api/version", true],
    ["/api/healthy", true],
    ["/metrics", false],
    ["/api/health", false],
    ["/api/health/ready", false],
  ])("know whether %s is a user's", (path, user) => {
    expect(isUserRequest(path)).toBe(user);
  });

  it("let a release pass its health checks and then fail its users", async () => {
    const { url, stop } = await startWith({ FAULT_ERROR_RATE: "1", FAULT_AFTER_REQUESTS: "2" });
    const statuses = [];
    for (const path of [
      "/api/health/ready",
      "/",
      "/api/health",
      "/api/version",
      "/",
      "/nowhere",
      "/api/health/ready",
    ]) {
      statuses.push((await fetch(url + path)).status);
    }
    await stop();
    expect(statuses).toEqual([200, 200, 200, 200, 500, 500, 200]);
  });

  it("fail the ordered share of requests", async () => {
    const draws = [0.29, 0.3, 0.9, 0.1];
    const { url, stop } = await startWith({ FAULT_ERROR_RATE: "0.3" }, () => draws.shift() ?? 1);
    const statuses = [];
    for (let request = 0; request < 4; request++) statuses.push((await fetch(url)).status);
    await stop();
    expect(statuses).toEqual([500, 200, 200, 500]);
  });

  it("fail readiness and nothing else", async () => {
    const { url, stop } = await startWith({ FAULT_READINESS: "fail" });
    const ready = await fetch(`${url}/api/health/ready`);
    const body: unknown = await ready.json();
    const others = [(await fetch(`${url}/api/health`)).status, (await fetch(url)).status];
    await stop();
    expect(ready.status).toBe(503);
    expect(body).toEqual({ status: "not ready", checks: { database: "unhealthy", cache: "healthy" } });
    expect(others).toEqual([200, 200]);
  });

  it("make users wait, health checks not", async () => {
    const { url, stop } = await startWith({ FAULT_LATENCY_MS: "150" });
    const time = async (path: string) => {
      const began = performance.now();
      await (await fetch(url + path)).text();
      return performance.now() - began;
    };
    await time("/api/health");
    const [health, user] = [await time("/api/health"), await time("/")];
    await stop();
    expect(user).toBeGreaterThanOrEqual(145);
    expect(health).toBeLessThan(145);
  });
});
