import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type Docker from "dockerode";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ContainerReading } from "../model/usage.ts";
import { usageBetween } from "../rollout/usage.ts";
import { type LocalHosts, startHosts } from "../../scripts/local/hosts.ts";
import { exists, finished, imageFor, push } from "../../scripts/local/images.ts";
import { type LocalRegistry, startRegistry } from "../../scripts/local/registry.ts";
import { containerUsage } from "./container-usage.ts";
import { collectImages, dockerEngine, resolveTag, statsOf } from "./docker-engine.ts";

let hosts: LocalHosts;
let registry: LocalRegistry;
let engine: Docker;
let folder = "";

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "sluice-images-"));
  hosts = await startHosts({ hosts: [{ name: "one", address: "127.0.97.3" }] });
  registry = await startRegistry({ address: "127.0.97.3" });
  const [host] = hosts.hosts;
  if (!host) throw new Error("no host");
  const nobody = () => Promise.reject(new Error("no secrets here"));
  engine = await dockerEngine({ kind: "unix", socket: host.engine.socket }, { kind: "local" }, nobody);
});
afterAll(async () => {
  await registry.stop();
  await hosts.stop();
  rmSync(folder, { recursive: true });
});

/** An image of one file, pushed under a repository and tag; its reference by digest. */
async function made(repository: string, tag: string): Promise<string> {
  const local = await imported(`${repository}-${tag}`);
  const reference = await push(engine, local, repository, tag);
  await engine.getImage(local).remove();
  return reference;
}

async function imported(content: string): Promise<string> {
  writeFileSync(join(folder, "content"), content);
  const archive = join(folder, "image.tar");
  execFileSync("tar", ["-cf", archive, "-C", folder, "content"]);
  const name = `local/${Buffer.from(content).toString("hex").slice(-20)}`;
  const stream = await engine.importImage(archive, { repo: name, tag: "made", changes: ['CMD ["/none"]'] });
  await finished(engine, stream);
  return `${name}:made`;
}

describe("collectImages", () => {
  it("removes what no container uses and nobody keeps of the images that the service had", async () => {
    const repository = `${registry.host}/org1/react-ui`;
    const other = `${registry.host}/org1/react-ui-admin`;
    const [old, kept, used, foreign, shared] = await Promise.all([
      made(repository, "1.0.0"),
      made(repository, "1.1.0"),
      made(repository, "1.2.0"),
      made(other, "1.0.0"),
      made(repository, "1.3.0"),
    ]);
    await engine.getImage(shared).tag({ repo: "somebody/elses", tag: "name" });
    const own = await imported("never pushed");
    await engine.getImage(own).tag({ repo: repository, tag: "dev" });
    await engine.createContainer({ Image: used, name: "stopped" });

    const keeper = "keep.sluice.invalid/local/org1.react-ui";
    const images = { keep: [kept], past: [old, used, shared] };
    const removed = await collectImages(engine, keeper, images);

    expect([...removed].sort()).toEqual([`${repository}:1.0.0`, old].sort());
    const left = await Promise.all(
      [old, kept, used, foreign, shared, `${repository}:dev`].map((name) => exists(engine, name)),
    );
    expect(left).toEqual([false, true, true, true, true, true]);
    expect(await collectImages(engine, keeper, images)).toEqual([]);
    const none = { keep: [], past: [kept] };
    // Another environment's rollback may need what this one leaves.
    const prod = "keep.sluice.invalid/prod/org1.react-ui";
    await collectImages(engine, prod, { keep: [kept], past: [] });
    expect(await collectImages(engine, keeper, none)).toEqual([]);
    expect([...(await collectImages(engine, prod, none))].sort()).toEqual([`${repository}:1.1.0`, kept].sort());
  });
});

describe("what the engine tells", () => {
  it("is the digest that a tag stands for in the registry, now", async () => {
    const repository = `${registry.host}/org1/tagged`;
    const first = await made(repository, "latest");
    expect(`${repository}@${await resolveTag(engine, `${repository}:latest`)}`).toBe(first);
    await expect(resolveTag(engine, `${repository}:none`)).rejects.toMatchObject({ statusCode: 404 });
  });

  it("is no use of a container that isn't there, and no figures of one that doesn't run", async () => {
    expect(await containerUsage(engine, "nobody")).toBeNull();
    const stopped = { memoryBytes: null, cpuSeconds: null, restarts: 0, isRestarting: false, isOomKilled: false };
    expect(await containerUsage(engine, "stopped")).toMatchObject(stopped);
  });
});

describe("what a container uses", () => {
  const mebibyte = 2 ** 20;

  async function started(name: string, program: string, limits: Docker.HostConfig): Promise<Docker.Container> {
    const { reference } = await imageFor(engine, "node", { official: false });
    const container = await engine.createContainer({
      name,
      Image: reference,
      Cmd: ["node", "-e", program],
      HostConfig: { NetworkMode: "host", RestartPolicy: { Name: "unless-stopped" }, ...limits },
    });
    await container.start();
    return container;
  }

  async function usageOnce(name: string, fits: (reading: ContainerReading) => boolean): Promise<ContainerReading> {
    for (const until = Date.now() + 60_000; Date.now() < until; await sleep(100)) {
      const reading = await containerUsage(engine, name);
      if (reading && fits(reading)) return reading;
    }
    throw new Error(`${name} never came to that: ${JSON.stringify(await containerUsage(engine, name))}`);
  }

  it("is memory without page cache, and cores from look to look", async () => {
    // It holds 40 MB, has written and read a file of 120 MB, and works without a pause.
    const program = `
      const fs = require("fs"), held = Buffer.alloc(40e6, 1), file = fs.openSync("/tmp/file", "w+");
      for (let part = 0; part < 3; part++) fs.writeSync(file, held);
      for (let part = 0; part < 6; part++) fs.readSync(file, held, 0, 40e6, (part % 3) * 40e6);
      for (;;) held[0]++;`;
    const limits = { Memory: 512 * mebibyte, MemorySwap: 512 * mebibyte, NanoCpus: 0.5e9 };
    const container = await started("busy", program, limits);
    try {
      const before = await usageOnce("busy", ({ cpuSeconds }) => (cpuSeconds ?? 0) > 1);
      await sleep(2_000);
      const now = await usageOnce("busy", () => true);
      expect((await statsOf(engine, "busy"))?.memory_stats.usage).toBeGreaterThan(160e6);
      expect(now).toMatchObject({ memoryLimitBytes: 512 * mebibyte, coresLimit: 0.5, restarts: 0 });
      const { cores, memoryBytes, ...ended } = usageBetween(before, now);
      expect(ended).toMatchObject({ restarted: false, oomKilled: false });
      expect(memoryBytes).toBeGreaterThan(40e6);
      expect(memoryBytes).toBeLessThan(110e6);
      // Half a core is all that it gets; a machine that is busy itself gives less.
      expect(cores).toBeGreaterThan(0.05);
      expect(cores).toBeLessThan(0.6);
    } finally {
      await container.remove({ force: true });
    }
  });

  it("is more and more of one that hogs memory, until it is killed and started again, which is seen", async () => {
    const limits = { Memory: 96 * mebibyte, MemorySwap: 96 * mebibyte };
    const hog = "const held = []; setInterval(() => held.push(Buffer.alloc(2e6, 1)), 100)";
    const container = await started("hog", hog, limits);
    try {
      const before = await usageOnce("hog", ({ memoryBytes }) => memoryBytes !== null);
      const high = await usageOnce("hog", ({ memoryBytes }) => (memoryBytes ?? 0) > 60 * mebibyte);
      expect(usageBetween(before, high)).toMatchObject({ restarted: false, oomKilled: false });
      const after = await usageOnce("hog", ({ restarts }) => restarts > 0);
      expect(usageBetween(high, after)).toMatchObject({ restarted: true });
      const again = await usageOnce("hog", ({ restarts, isRestarting }) => restarts > 1 && !isRestarting);
      expect(again.container).toBe(before.container);
      expect(again.startedAt).toBeGreaterThan(before.startedAt);
      expect(usageBetween(high, again)).toMatchObject({ restarted: true });
    } finally {
      await container.remove({ force: true });
    }
  });

  it("tells of one that was killed for want of memory and isn't started again", async () => {
    const limits = { Memory: 96 * mebibyte, MemorySwap: 96 * mebibyte, RestartPolicy: { Name: "no" } };
    const hog = "const held = []; setInterval(() => held.push(Buffer.alloc(2e6, 1)), 50)";
    const container = await started("killed", hog, limits);
    try {
      const before = await usageOnce("killed", ({ memoryBytes }) => memoryBytes !== null);
      expect(before.isOomKilled).toBe(false);
      const after = await usageOnce("killed", ({ isOomKilled }) => isOomKilled);
      expect(usageBetween(before, after)).toMatchObject({ memoryBytes: null, restarted: false, oomKilled: true });
      expect(usageBetween(after, await usageOnce("killed", () => true))).toMatchObject({ oomKilled: false });
    } finally {
      await container.remove({ force: true });
    }
  });
});
