import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { startWith } from "./running.ts";

let server: Awaited<ReturnType<typeof startWith>>;
beforeAll(async () => {
  server = await startWith({ RELEASE_VERSION: "1.1.0", RELEASE_COMMIT: "abc1234", SLOT: "blue" });
});
afterAll(() => server.stop());

const get = (path: string, init?: RequestInit) => fetch(server.url + path, init);

describe("the API", () => {
  it.each([
    ["/api/health", 200, { status: "ok", version: "1.1.0", slot: "blue" }],
    ["/api/health/ready", 200, { status: "ready", checks: { database: "healthy", cache: "healthy" } }],
    ["/api/health/db", 200, { status: "connected" }],
    [
      "/api/version",
      200,
      { version: "1.1.0", commit: "abc1234", slot: "blue", startedAt: expect.any(String) as unknown },
    ],
    ["/api/users/me", 401, { error: "not signed in" }],
    ["/api/nowhere", 404, { error: "not found" }],
    ["/..%2f..%2fetc/passwd", 404, { error: "not found" }],
  ])("answers %s with %i", async (path, status, body) => {
    const response = await get(path);
    expect([response.status, await response.json()]).toEqual([status, body]);
  });

  it("says disconnected when its database doesn't answer", async () => {
    const broken = await startWith();
    broken.service.database.close();
    const [db, ready] = [await fetch(`${broken.url}/api/health/db`), await fetch(`${broken.url}/api/health/ready`)];
    expect([db.status, await db.json()]).toEqual([503, { status: "disconnected" }]);
    expect([ready.status, await ready.json()]).toEqual([
      503,
      { status: "not ready", checks: { database: "unhealthy", cache: "healthy" } },
    ]);
  });

  it("serves the page, and 304 to who has it", async () => {
    const page = await get("/");
    expect(await page.text()).toContain("<title>page</title>");
    const again = await get("/", { headers: { "if-none-match": page.headers.get("etag") ?? "" } });
    expect(again.status).toBe(304);
    const head = await get("/", { method: "HEAD" });
    expect([head.status, head.headers.get("content-length"), await head.text()]).toEqual([200, "34", ""]);
  });

  it("counts requests by route in Prometheus' format", async () => {
    await get("/api/version");
    await get("/some/path");
    const text = await (await get("/metrics")).text();
    expect(text).toMatch(
      /^http_requests_total\{method="GET",route="\/api\/version",status="200",version="1.1.0",slot="blue"\} \d+$/m,
    );
    expect(text).toContain('route="unknown",status="404"');
    expect(text).not.toContain("/some/path");
    expect(text).toMatch(/^process_resident_memory_bytes\{.*\} \d{7,}$/m);
  });

  it("echoes a large body unchanged, and names who answered", async () => {
    const body = Buffer.alloc(3_000_000, "0123456789");
    const response = await get("/api/echo", { method: "POST", body, headers: { "content-type": "text/plain" } });
    expect(Buffer.from(await response.arrayBuffer()).equals(body)).toBe(true);
    const { headers } = response;
    expect([headers.get("content-type"), headers.get("x-version"), headers.get("x-slot")]).toEqual([
      "text/plain",
      "1.1.0",
      "blue",
    ]);
  });

  it("streams events until the client goes", async () => {
    const leave = new AbortController();
    const response = await get("/api/events?interval=100", { signal: leave.signal });
    expect(response.headers.get("content-type")).toBe("text/event-stream");
    let seen = "";
    for await (const chunk of response.body!) {
      seen += Buffer.from(chunk).toString();
      if (seen.includes("id: 3\n")) break;
    }
    leave.abort();
    expect(seen).toContain('id: 2\nevent: tick\ndata: {"version":"1.1.0","slot":"blue"}\n\n');
  });

  it("spreads a download over the time asked for", async () => {
    const began = performance.now();
    const body = await (await get("/api/download?chunks=4&seconds=0.4")).arrayBuffer();
    expect(body.byteLength).toBe(4 * 16 * 1024);
    expect(performance.now() - began).toBeGreaterThan(300);
  });

  it("greets and echoes on a WebSocket, and refuses other paths", async () => {
    const messages: string[] = [];
    const socket = new WebSocket(`${server.url.replace("http", "ws")}/api/socket`);
    await new Promise<void>((resolve, reject) => {
      socket.on("error", reject);
      socket.on("open", () => socket.send("over"));
      socket.on("message", (data: Buffer) => messages.push(data.toString()) === 2 && resolve());
    });
    socket.close();
    expect(messages).toEqual(['{"hello":{"version":"1.1.0","slot":"blue"}}', "over"]);
    const other = new WebSocket(`${server.url.replace("http", "ws")}/api/other`);
    await expect(new Promise((_, reject) => other.on("error", reject))).rejects.toThrow("404");
  });
});
