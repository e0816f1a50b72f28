import * as docker from "@pulumi/docker";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startDocker } from "./testing/dockerd.ts";
import type { TestDocker } from "./testing/dockerd.ts";
import { makeImage } from "./testing/image.ts";
import { testStack } from "../testing/stack.ts";
import type { TestStack } from "../testing/stack.ts";

/** One container's life with the real engine. */

const IMAGE = "local/web:1";

interface Settings {
  readonly env?: string;
  readonly restart?: string;
  readonly memory?: number;
  readonly check?: string;
}

let host: TestDocker;
let stacks: TestStack;

beforeAll(async () => {
  host = await startDocker();
  await makeImage(host.docker, IMAGE);
  stacks = await testStack("docker");
});

afterAll(async () => {
  stacks?.remove();
  await host?.stop();
});

function program({ env = "1", restart = "unless-stopped", memory = 64, check = "exit 0" }: Settings = {}) {
  return stacks.with(async () => {
    const provider = new docker.Provider("host", { host: `unix://${host.socket}` });
    const options = { provider };
    const volume = new docker.Volume("data", {}, options);
    const image = new docker.RemoteImage("image", { name: IMAGE, keepLocally: true }, options);
    const web = new docker.Container(
      "web",
      {
        image: image.name,
        name: "web",
        networkMode: "host",
        envs: ["B=2", `A=${env}`],
        labels: [
          { label: "slot", value: "blue" },
          { label: "org", value: "one" },
        ],
        readOnly: true,
        capabilities: { drops: ["ALL"] },
        securityOpts: ["no-new-privileges:true"],
        memory,
        memorySwap: memory,
        cpus: "0.5",
        restart,
        user: "65534:65534",
        logDriver: "json-file",
        logOpts: { "max-size": "10m", "max-file": "2" },
        tmpfs: { "/tmp": "rw,size=16m" },
        mounts: [
          { type: "volume", source: volume.name, target: "/data" },
          { type: "bind", source: "/etc", target: "/outer-etc", readOnly: true },
          { type: "tmpfs", target: "/scratch", tmpfsOptions: { sizeBytes: 1048576, mode: 511 } },
        ],
        ulimits: [{ name: "nofile", soft: 1024, hard: 2048 }],
        hosts: [{ host: "peer", ip: "127.0.91.2" }],
        sysctls: {},
        groupAdds: ["100"],
        dns: ["127.0.91.3"],
        stopTimeout: 2,
        destroyGraceSeconds: 2,
        stopSignal: "SIGTERM",
        init: true,
        shmSize: 32,
        ipcMode: "private",
        workingDir: "/tmp",
        healthcheck: { tests: ["CMD", "/bin/sh", "-c", check], interval: "1s", timeout: "10s", retries: 1 },
        wait: true,
        waitTimeout: check === "exit 0" ? 60 : 4,
      },
      options,
    );
    return Promise.resolve({ id: web.id });
  });
}

async function inspect() {
  return host.docker.getContainer("web").inspect();
}

/** Every changed property that a preview shows, by resource. */
async function planned(settings: Settings = {}): Promise<Record<string, string[]>> {
  const changed: Record<string, string[]> = {};
  await (
    await program(settings)
  ).preview({
    onEvent: ({ resourcePreEvent }) => {
      const { op, urn, detailedDiff } = resourcePreEvent?.metadata ?? {};
      if (op && op !== "same") changed[`${op} ${urn?.split("::").at(-1)}`] = Object.keys(detailedDiff ?? {}).sort();
    },
  });
  return changed;
}

describe("a container's life", () => {
  it("comes up healthy, as asked", async () => {
    const { summary } = await (await program()).up();
    expect(summary.result).toBe("succeeded");
    const { State, Config, HostConfig } = await inspect();
    expect(State.Health?.Status).toBe("healthy");
    expect(Config.Env).toContain("A=1");
    expect(HostConfig).toMatchObject({ Memory: 67108864, NanoCpus: 500000000, ReadonlyRootfs: true, Init: true });
  });

  it("shows no change afterwards, nor after a refresh", async () => {
    expect(await planned()).toEqual({});
    // The first refresh writes empty lists where a create leaves null, as with the official plugin; the second nothing.
    await (await program()).refresh();
    expect(await planned()).toEqual({});
    expect((await (await program()).refresh()).summary.resourceChanges).toEqual({ same: 5 });
  });

  it("is replaced for a changed environment variable", async () => {
    const before = (await inspect()).Id;
    const changed = await planned({ env: "2" });
    expect(Object.values(changed)).toContainEqual(["envs[0]", "envs[1]"]);
    expect((await (await program({ env: "2" })).up()).summary.resourceChanges).toMatchObject({ replace: 1 });
    const { Id, Config } = await inspect();
    expect(Id).not.toBe(before);
    expect(Config.Env).toContain("A=2");
  });

  it("is updated in place for restart policy and memory", async () => {
    const before = (await inspect()).Id;
    const next = { env: "2", restart: "always", memory: 96 };
    expect(await planned(next)).toEqual({ "update web": ["memory", "memorySwap", "restart"] });
    await (await program(next)).up();
    const { Id, HostConfig } = await inspect();
    expect(Id).toBe(before);
    expect(HostConfig).toMatchObject({ Memory: 100663296, MemorySwap: 100663296, RestartPolicy: { Name: "always" } });
    expect(await planned(next)).toEqual({});
  });

  it("comes back after it was removed behind the engine's back", async () => {
    const settings = { env: "2", restart: "always", memory: 96 };
    await host.docker.getContainer("web").remove({ force: true });
    await (await program(settings)).refresh();
    expect(Object.keys(await planned(settings))).toEqual(["create web"]);
    await (await program(settings)).up();
    expect((await inspect()).State.Running).toBe(true);
  });

  it("is started again when it was stopped", async () => {
    const settings = { env: "2", restart: "always", memory: 96 };
    await host.docker.getContainer("web").stop();
    await (await program(settings)).refresh();
    expect(await planned(settings)).toEqual({ "update web": ["mustRun"] });
    await (await program(settings)).up();
    expect((await inspect()).State.Running).toBe(true);
  });

  it("says which container never got healthy, and keeps it in the state", async () => {
    const failing = program({ env: "3", check: "echo nobody there; exit 7" });
    await expect((await failing).up()).rejects.toThrow(
      /container failed to be in healthy state: web \([0-9a-f]{12}\) is running and unhealthy after 4 s; last check ended with 7: nobody there/,
    );
    const state = await (await failing).exportStack();
    const { resources } = state.deployment as { resources: { id?: string; initErrors?: string[] }[] };
    expect(resources.filter(({ initErrors }) => initErrors).map(({ id }) => id)).toEqual([(await inspect()).Id]);
  });

  it("refuses what it doesn't know, by name", async () => {
    const stack = await stacks.with(async () => {
      const provider = new docker.Provider("host", { host: `unix://${host.socket}` });
      const unknown = { nonsense: true, gpus: "all", name: "x", image: IMAGE };
      new docker.Container("odd", unknown, { provider });
      return Promise.resolve({});
    });
    await expect(stack.preview()).rejects.toThrow(/gpus[^]*not supported/);
  });

  it("goes, with all it had", async () => {
    await (await program()).destroy();
    expect(await host.docker.listContainers({ all: true })).toEqual([]);
    expect((await host.docker.listVolumes()).Volumes ?? []).toEqual([]);
    expect(await host.docker.listImages()).toHaveLength(1);
  });
});
