import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "..");
const folder = mkdtempSync(join(tmpdir(), "react-ui-"));
const children: ChildProcess[] = [];

beforeAll(() => {
  for (const release of ["1.0.0", "1.1.0"]) {
    execFileSync(process.execPath, ["build.ts", "--release", release, "--out", join(folder, release)], { cwd: root });
  }
}, 60_000);
afterAll(() => {
  for (const child of children) child.kill("SIGKILL");
  rmSync(folder, { recursive: true });
});

/** The built server as a process of its own; resolves with its URL when it listens. */
async function serve(release: string, env: Record<string, string> = {}) {
  const child = spawn(process.execPath, [join(folder, release, "server.js")], {
    env: { HOST: "127.0.0.1", PORT: "0", RELEASE_VERSION: release, DRAIN_DELAY_MS: "0", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  children.push(child);
  const lines: Record<string, unknown>[] = [];
  const port = await new Promise<number>((resolve, reject) => {
    child.once("exit", (code) => reject(new Error(`exited with ${code}`)));
    child.stdout.on("data", (data: Buffer) => {
      for (const line of data.toString().trim().split("\n")) lines.push(JSON.parse(line) as Record<string, unknown>);
      if (typeof lines[0]?.port === "number") resolve(lines[0].port);
    });
  });
  return { child, lines, port, url: `http://127.0.0.1:${port}` };
}

const healthcheck = (port: number) => {
  const env = { HOST: "127.0.0.1", PORT: String(port) };
  const child = spawn(process.execPath, [join(folder, "1.0.0", "healthcheck.js")], { env });
  return once(child, "exit").then(([code]) => code as number);
};

describe("a built release", () => {
  it("serves its page, its hashed assets and its logo, logs JSON and ends well on SIGTERM", async () => {
    const { child, lines, url } = await serve("1.0.0", { SLOT: "green" });
    const page = await (await fetch(url)).text();
    const script = /src="(\/assets\/[\w-]+\.js)"/.exec(page)?.[1] ?? "no script";
    const asset = await fetch(url + script);
    expect([asset.status, asset.headers.get("cache-control")]).toEqual([200, "public, max-age=31536000, immutable"]);
    expect(await asset.text()).toContain("Everything in its place");
    const logo = await fetch(`${url}/static/logo.png`);
    expect([logo.status, logo.headers.get("content-type")]).toEqual([200, "image/png"]);
    child.kill("SIGTERM");
    expect(await once(child, "exit")).toEqual([0, null]);
    expect(lines.find(({ path }) => path === "/static/logo.png")).toMatchObject({
      level: "info",
      version: "1.0.0",
      slot: "green",
      status: 200,
      complete: true,
    });
    expect(lines.at(-1)).toMatchObject({ message: "stopped" });
  });

  it("differs from the next one to the eye, and so in its assets' names", async () => {
    const [first, second] = await Promise.all([serve("1.0.0"), serve("1.1.0")]);
    const [pageOne, pageTwo] = [await (await fetch(first.url)).text(), await (await fetch(second.url)).text()];
    expect(pageOne).not.toEqual(pageTwo);
  });

  it("has its release notes in a chunk of their own, which the next one doesn't have", async () => {
    const [first, second] = await Promise.all([serve("1.0.0"), serve("1.1.0")]);
    const notes = async (url: string) => {
      const script = /src="(\/assets\/[\w-]+\.js)"/.exec(await (await fetch(url)).text())?.[1] ?? "no script";
      const main = await (await fetch(url + script)).text();
      return `/assets/${/notes-[\w-]+\.js/.exec(main)?.[0] ?? "no chunk"}`;
    };
    const [one, two] = [await notes(first.url), await notes(second.url)];
    const statuses = [first.url + one, first.url + two, second.url + one, second.url + two].map(
      async (url) => (await fetch(url)).status,
    );
    expect(await Promise.all(statuses)).toEqual([200, 404, 404, 200]);
  });

  it("has a health check that passes while it lives, ready or not, and fails when it isn't there", async () => {
    const [ready, unready] = await Promise.all([serve("1.0.0"), serve("1.0.0", { FAULT_READINESS: "fail" })]);
    expect(await Promise.all([healthcheck(ready.port), healthcheck(unready.port), healthcheck(1)])).toEqual([0, 0, 1]);
  });

  it("crashes and takes memory to order", async () => {
    const crash = await serve("1.0.0", { FAULT_CRASH_AFTER_S: "0", FAULT_MEMORY_MB: "80", FAULT_AFTER_REQUESTS: "1" });
    const memory = async () => {
      const text = await (await fetch(`${crash.url}/metrics`)).text();
      return Number(/^process_resident_memory_bytes\{.*\} (\d+)/m.exec(text)?.[1]);
    };
    expect(await memory()).toBeLessThan(200_000_000);
    await fetch(crash.url);
    expect(await once(crash.child, "exit")).toEqual([1, null]);
  });

  it("refuses wrong settings with exit code 2", async () => {
    await expect(serve("1.0.0", { PORT: "x" })).rejects.toThrow("exited with 2");
  });
});
