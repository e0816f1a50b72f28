import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type Docker from "dockerode";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type LocalHosts, startHosts } from "../../scripts/local/hosts.ts";
import { exists, finished, push } from "../../scripts/local/images.ts";
import { type LocalRegistry, startRegistry } from "../../scripts/local/registry.ts";
import { collectImages, dockerEngine, memoryPercent, resolveTag } from "./docker-engine.ts";

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
  it("removes what no container uses and nobody keeps, of this repository only", async () => {
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

    const removed = await collectImages(engine, repository, [kept]);

    expect([...removed].sort()).toEqual([`${repository}:1.0.0`, old].sort());
    const left = await Promise.all(
      [old, kept, used, foreign, shared, `${repository}:dev`].map((name) => exists(engine, name)),
    );
    expect(left).toEqual([false, true, true, true, true, true]);
    expect(await collectImages(engine, repository, [kept])).toEqual([]);
  });
});

describe("what the engine tells", () => {
  it("is the digest that a tag stands for in the registry, now", async () => {
    const repository = `${registry.host}/org1/tagged`;
    const first = await made(repository, "latest");
    expect(`${repository}@${await resolveTag(engine, `${repository}:latest`)}`).toBe(first);
    await expect(resolveTag(engine, `${repository}:none`)).rejects.toMatchObject({ statusCode: 404 });
  });

  it("is no memory figure for a container that isn't there or doesn't run", async () => {
    await expect(memoryPercent(engine, "nobody")).rejects.toMatchObject({ statusCode: 404 });
    expect(await memoryPercent(engine, "stopped")).toBeNull();
  });
});
