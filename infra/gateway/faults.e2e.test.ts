import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, unlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { serviceFolder } from "./paths.ts";
import { bucketName } from "./permutation.ts";
import { TestHost } from "./testing/host.ts";
import { pause, TestService, testLeaseTicks } from "./testing/service.ts";

const host = new TestHost("127.0.93.1", 29360);
const service = new TestService(host, "org1/react-ui", 29370);
const other = new TestService(host, "org2/react-ui", 29372, { path: "/org2" });
const { calls } = host;
const folder = serviceFolder(host.root, service.name);
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

beforeEach(async () => {
  token += 10;
  host.shell = ["/bin/sh"];
  await service.clear(token);
  await service.settle(token, "blue");
});

const claim = () => ({ token, rollout: `r${token}`, slot: "green" }) as const;

describe.each([["dash"], ["busybox sh"]])("under %s", (shell) => {
  it("a whole rollout works", async () => {
    host.shell = shell.split(" ");
    await service.prepare(claim(), [10, 100]);
    await service.lease(claim(), 10);
    expect((await service.routing(service.first)).target).toBe("green");
    await service.lease(claim(), 100);
    await service.settle(token, "green");
    await service.clear(token);
    expect(await service.routing(service.last)).toMatchObject({ settled: "green", target: "green", leased: false });
    expect(await host.run(calls.observe(service.name, "start"))).toMatchObject({ ok: true });
    expect(await host.applyRoute(service.route)).toMatchObject({ changed: false });
  });
});

describe("a clock that is set", () => {
  const clock = join(host.root, "clock");
  const setClock = (seconds: number) => writeFileSync(clock, `${Math.floor(Date.now() / 1000) + seconds}\n`);

  afterEach(() => host.writeSettings());

  it.each([
    ["back", 3600],
    ["forward", -3600],
  ])("%s leaves no tick of the other time behind", async (_way, before) => {
    await service.prepare(claim(), [100]);
    host.writeSettings(`SLUICE_CLOCK_FILE=${clock}\n`);
    setClock(before);
    await service.lease(claim(), 100);
    expect(await service.routing(service.first)).toMatchObject({ target: "blue", leased: false });
    setClock(0);
    await service.init(9);
    await service.lease(claim(), 100);
    await service.init(testLeaseTicks);
    expect(await service.routing(service.first)).toMatchObject({ target: "green", leased: true });
    const now = Math.floor(Date.now() / 1000);
    const ticks = readdirSync(join(folder, "ticks")).map(Number);
    expect(ticks).toHaveLength(10);
    expect(ticks.every((tick) => tick >= now - 2 && tick <= now + 10)).toBe(true);
  });
});

describe("a missing marker", () => {
  it("is answered 503, shows in status and log, and is repaired by settling", async () => {
    const { cursor } = await host.run(calls.observe(service.name, null));
    unlinkSync(join(folder, "settled", "blue"));
    expect((await host.public("/x")).status).toBe(503);
    expect(await service.routing(service.first)).toMatchObject({ settled: "none", target: "none" });
    expect(await host.run(calls.state(service.name))).toMatchObject({ settled: "missing" });
    await pause(1200);
    const { slots } = await host.run(calls.observe(service.name, String(cursor)));
    expect(slots).toMatchObject({ none: { requests: 1, statuses: { "503": 1 } } });
    await service.settle(token, "blue");
    expect((await host.public("/x")).status).toBe(200);
  });
});

describe("a folder that the workers can't read", () => {
  it.each(["settled", "rollouts", "."])(
    "(%s) sends nobody to a wrong slot, and is opened by the next call",
    async (part) => {
      await service.prepare(claim(), [100]);
      await service.lease(claim(), 100);
      chmodSync(join(folder, part), 0o700);
      const seen = (await host.through("/x", service.first)).headers["x-backend"];
      expect(seen).toBe(part === "settled" ? "green" : part === "rollouts" ? "blue" : undefined);
      await service.settle(token, "blue");
      expect((await host.through("/x", service.first)).headers["x-backend"]).toBe("green");
      await service.clear(token);
      expect((await host.through("/x", service.first)).headers["x-backend"]).toBe("blue");
    },
  );
});

describe("two service stacks at once", () => {
  it("both get all they asked for", async () => {
    const both = [service, other];
    const work = both.flatMap((one) => [
      one.settle(token + 1, "green"),
      one.prepare({ ...claim(), token: token + 1 }, [10, 100]),
    ]);
    await Promise.all(work);
    await Promise.all(
      both.flatMap((one) => Array.from({ length: 3 }, () => one.lease({ ...claim(), token: token + 1 }, 10))),
    );
    for (const one of both) expect((await one.routing(one.first)).settled).toBe("green");
    await Promise.all(both.map((one) => one.clear(token + 1)));
  });
});

// A file system of its own with hardly any inode, so that nothing new can be made in it; mounting needs root.
describe("a full disk", () => {
  let root: string;
  let full: TestHost;
  let on: TestService;

  beforeAll(async () => {
    root = mkdtempSync(join(tmpdir(), "sluice-full-"));
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=1m,nr_inodes=1800,mode=755", "tmpfs", root]);
    full = new TestHost("127.0.93.1", 29380, root);
    on = new TestService(full, "org1/react-ui", 29390);
    await full.applyBase();
    await full.start();
    await on.up();
  });

  afterAll(async () => {
    await full.stop().catch(() => undefined);
    await on.down();
    execFileSync("umount", ["-l", root]);
    rmSync(root, { recursive: true, force: true });
  });

  it("stops neither the lease nor the settling nor the way back, and refuses a new rollout whole", async () => {
    const mine = { token: 1, rollout: "r1", slot: "green" } as const;
    await on.settle(1, "blue");
    await on.prepare(mine, [10, 50]);
    await on.lease(mine, 10);
    fill(root);
    const { lapsesAt } = await on.lease(mine, 10);
    await pause(1500);
    expect(Number((await on.lease(mine, 10)).lapsesAt)).toBeGreaterThan(Number(lapsesAt));
    expect((await on.routing(on.first)).target).toBe("green");

    await on.settle(2, "green");
    expect((await on.routing(on.last)).target).toBe("green");
    await on.settle(3, "blue");
    await on.clear(3, "r1");
    expect(await on.routing(on.first)).toMatchObject({ settled: "blue", target: "blue", leased: false });

    fill(root);
    const next = await full.try(full.calls.prepare(on.name, { ...mine, token: 4, rollout: "r2" }, [100], on.order));
    expect([next.code, next.reply.kind]).toEqual([1, "failed"]);
    expect(next.reply.message).toContain("No space left on device");
    expect(await full.run(full.calls.state(on.name))).toMatchObject({ settled: "blue", rollouts: [] });
    expect((await full.public("/x")).status).toBe(200);
  });
});

/** Uses up every inode and every block. */
function fill(root: string): void {
  mkdirSync(join(root, "filler"), { recursive: true });
  try {
    writeFileSync(join(root, "filler", `blocks${Date.now()}`), Buffer.alloc(4_000_000));
  } catch {
    // Full of bytes; now of names.
  }
  try {
    for (let n = 0; ; n++) writeFileSync(join(root, "filler", `${Date.now()}-${bucketName(n)}`), "");
  } catch {
    // Full.
  }
}
