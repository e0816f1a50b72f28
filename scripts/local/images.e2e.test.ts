import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type Docker from "dockerode";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type LocalHosts, startHosts } from "./hosts.ts";
import { engineAt, imageFor, pull } from "./images.ts";
import { claimPort } from "./ports.ts";
import { type PublishedImages, publishImages } from "./publish.ts";
import { buildReactUi } from "./react-ui.ts";
import { type LocalRegistry, startRegistry } from "./registry.ts";
import { tracesOf, until } from "./testing/traces.ts";

const ADDRESS = "127.0.94.6";
let hosts: LocalHosts;
let registry: LocalRegistry;
let images: PublishedImages;
let builder: Docker;
let other: Docker;

beforeAll(async () => {
  [hosts, registry] = await Promise.all([
    startHosts({
      hosts: [
        { name: "one", address: "127.0.94.6" },
        { name: "two", address: "127.0.94.7" },
      ],
    }),
    startRegistry({ address: ADDRESS }),
  ]);
  [builder, other] = hosts.hosts.map(({ engine }) => engineAt(engine.socket)) as [Docker, Docker];
  images = await publishImages({ engine: builder, registry: registry.host, official: false });
});
afterAll(async () => {
  const folders = hosts.hosts.map(({ folder }) => folder);
  await Promise.all([hosts.stop(), registry.stop()]);
  expect(folders.flatMap(tracesOf)).toEqual([]); // with containers running until now
});

/** The pull by digest and a container of it, locked down as the slots are. */
async function run(image: string, env: readonly string[], extra: Docker.HostConfig = {}): Promise<Docker.Container> {
  expect(await pull(other, image)).toBeUndefined();
  const container = await other.createContainer({
    Image: image,
    Env: [...env],
    HostConfig: {
      NetworkMode: "host",
      ReadonlyRootfs: true,
      CapDrop: ["ALL"],
      SecurityOpt: ["no-new-privileges"],
      Memory: 128 * 1024 * 1024,
      MemorySwap: 128 * 1024 * 1024,
      Init: true,
      ...extra,
    },
  });
  await container.start();
  return container;
}

const healthOf = async (container: Docker.Container) => (await container.inspect()).State.Health?.Status;

describe("the sample's images", () => {
  it("are the same again for the same sources, and are not built again", async () => {
    const before = (await builder.listImages({ all: true })).length;
    const node = await imageFor(builder, "node", { official: false });
    const built = await buildReactUi(builder, { version: "1.0.0", base: node.reference });
    expect(built).toMatch(/^sluice-sample\/react-ui:1\.0\.0-[0-9a-f]{16}$/);
    expect((await builder.listImages({ all: true })).length).toBe(before);
  });

  it("run healthy, read-only, unprivileged and within 128 MB, pulled by digest on another host", async () => {
    const image = images.releases["1.0.0"]!;
    expect(image).toMatch(/^127\.0\.94\.6:\d+\/org1\/react-ui@sha256:[0-9a-f]{64}$/);
    const port = await claimPort(ADDRESS, 0, "a test");
    const container = await run(image, [`HOST=${ADDRESS}`, `PORT=${port}`, "SLOT=blue"]);
    await until("healthy", async () => (await healthOf(container)) === "healthy");

    const url = `http://${ADDRESS}:${port}`;
    expect(await (await fetch(`${url}/api/health`)).json()).toEqual({ status: "ok", version: "1.0.0", slot: "blue" });
    expect(await (await fetch(url)).text()).toContain("/assets/");
    const limit = /^process_memory_limit_bytes\{.*\} (\d+)$/m.exec(await (await fetch(`${url}/metrics`)).text());
    expect(Number(limit?.[1])).toBe(128 * 1024 * 1024);
    const { Titles, Processes } = (await container.top({ ps_args: "-eo pid,uid,args" })) as {
      Titles: readonly string[];
      Processes: readonly (readonly string[])[];
    };
    expect(Titles).toEqual(["PID", "UID", "COMMAND"]);
    expect(new Set(Processes.map(([, uid]) => uid))).toEqual(new Set(["65534"]));

    const began = performance.now();
    await container.stop({ t: 20 });
    expect(performance.now() - began).toBeLessThan(10_000);
    expect((await container.inspect()).State.ExitCode).toBe(0);
  });

  it("are alive where they aren't ready, and ready until users come where that is the fault", async () => {
    const ports = [await claimPort(ADDRESS, 0, "a test"), await claimPort(ADDRESS, 0, "a test")] as const;
    const [unready, illLater] = await Promise.all([
      run(images.releases["1.2.0"]!, [`HOST=${ADDRESS}`, `PORT=${ports[0]}`]),
      run(images.releases["1.3.0"]!, [`HOST=${ADDRESS}`, `PORT=${ports[1]}`]),
    ]);
    const readiness = async (port: number) => (await fetch(`http://${ADDRESS}:${port}/api/health/ready`)).status;
    for (const container of [unready, illLater]) {
      await until("healthy", async () => (await healthOf(container)) === "healthy");
    }
    expect([await readiness(ports[0]), await readiness(ports[1])]).toEqual([503, 200]);

    const statuses = new Set<number>();
    for (let request = 0; request < 250; request++) {
      const { status } = await fetch(`http://${ADDRESS}:${ports[1]}/api/version`);
      if (request === 199) expect([...statuses, status]).toEqual([200, 200]);
      statuses.add(status);
    }
    expect(statuses).toEqual(new Set([200, 500]));
    expect([await readiness(ports[1]), await healthOf(illLater)]).toEqual([200, "healthy"]);
  });

  it("answer on a bridge network through a port published on loopback", async () => {
    await other.createNetwork({ Name: "bridged" });
    const port = await claimPort(ADDRESS, 0, "a test");
    const bridged = {
      NetworkMode: "bridged",
      PortBindings: { "8080/tcp": [{ HostIp: ADDRESS, HostPort: String(port) }] },
    };
    const container = await run(images.releases["1.1.0"]!, [], bridged);
    await until("healthy", async () => (await healthOf(container)) === "healthy");
    const health = await fetch(`http://${ADDRESS}:${port}/api/health`);
    expect(await health.json()).toEqual({ status: "ok", version: "1.1.0", slot: "" });
  });
});

describe("the nginx stand-in", () => {
  it("serves with a read-only root, reloads, and ends well", async () => {
    const port = await claimPort(ADDRESS, 0, "a test");
    const folder = hosts.hosts[1]!.root;
    const conf = join(folder, "site.conf");
    writeFileSync(conf, `server { listen ${ADDRESS}:${port}; location / { return 200 "one"; } }`);
    const container = await run(images.nginx, [], {
      Binds: [`${folder}:/etc/nginx/conf.d:ro`],
      Tmpfs: { "/run": "", "/var/lib/nginx": "", "/var/cache/nginx": "" },
      CapAdd: ["CHOWN", "SETUID", "SETGID"],
      Init: false,
    });
    const answer = () => fetch(`http://${ADDRESS}:${port}/`).then((response) => response.text());
    await until("it serves", () =>
      answer().then(
        (text) => text === "one",
        () => false,
      ),
    );
    writeFileSync(conf, `server { listen ${ADDRESS}:${port}; location / { return 200 "two"; } }`);
    await container.kill({ signal: "SIGHUP" });
    await until("it serves the new config", async () => (await answer()) === "two");
    const logs = (await container.logs({ stdout: true, stderr: true })).toString();
    expect(logs).toContain('"GET / HTTP/1.1" 200');
    await container.stop();
    expect((await container.inspect()).State.ExitCode).toBe(0);
    rmSync(conf);
  });
});
