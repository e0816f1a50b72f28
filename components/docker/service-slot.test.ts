import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import type { Revision } from "../../infra/model/revision.ts";
import { declaredBy } from "../testing/declared.ts";
import { sampleHash, sampleImage, sampleRevision, sampleSecret } from "../testing/samples.ts";
import { ServiceSlot, type ServiceSlotArgs } from "./service-slot.ts";

function slotOf(revision: Revision, more: Partial<ServiceSlotArgs> = {}) {
  return (root: pulumi.Resource) =>
    new ServiceSlot(
      "host-a-blue",
      {
        environment: "dev",
        host: "host-a",
        service: "org1/react-ui",
        slot: "blue",
        revision,
        revisionHash: sampleHash,
        secret: sampleSecret,
        running: false,
        decision: null,
        provider: new docker.Provider("host-a", { host: "unix:///a.sock" }, { parent: root }),
        ...more,
      },
      { parent: root },
    );
}

/** What policies see of a slot. */
const seen = {
  environment: "dev",
  host: "host-a",
  service: "org1/react-ui",
  slot: "blue",
  revision: sampleHash,
  image: sampleImage,
};

async function containerOf(revision: Revision, more: Partial<ServiceSlotArgs> = {}) {
  const all = await declaredBy(slotOf(revision, more));
  return all.find(({ type }) => type === "docker:index/container:Container");
}

describe("ServiceSlot", () => {
  it("declares a component, an image that is kept, and a container with nothing it does not need", async () => {
    expect(await declaredBy(slotOf(sampleRevision()))).toEqual([
      { type: "sluice:docker:ServiceSlot", name: "host-a-blue", inputs: seen },
      { type: "pulumi:providers:docker", name: "host-a", inputs: { host: "unix:///a.sock" } },
      {
        type: "docker:index/container:Container",
        name: "host-a-blue",
        parent: "host-a-blue",
        provider: "host-a",
        deleteBeforeReplace: true,
        inputs: {
          name: "sluice.dev.host-a.org1.react-ui.blue",
          image: sampleImage,
          envs: [],
          networkMode: "host",
          memory: 256,
          memorySwap: 256,
          cpus: "1.0",
          healthcheck: { tests: ["NONE"] },
          readOnly: true,
          tmpfs: { "/tmp": "rw,noexec,nosuid,size=16m" },
          mounts: [],
          capabilities: { drops: ["ALL"] },
          securityOpts: ["no-new-privileges:true"],
          ulimits: [],
          init: true,
          restart: "unless-stopped",
          stopTimeout: 30,
          destroyGraceSeconds: 30,
          logDriver: "json-file",
          logOpts: { "max-size": "10m", "max-file": "3" },
          labels: [
            { label: "org", value: "org1" },
            { label: "service", value: "react-ui" },
            { label: "slot", value: "blue" },
            { label: "sluice.environment", value: "dev" },
            { label: "sluice.host", value: "host-a" },
            { label: "sluice.network", value: "host" },
            { label: "sluice.revision", value: sampleHash },
            { label: "version", value: "1.2.3" },
          ],
        },
      },
      {
        type: "docker:index/remoteImage:RemoteImage",
        name: "host-a-blue",
        parent: "host-a-blue",
        provider: "host-a",
        inputs: { name: sampleImage, keepLocally: true },
      },
    ]);
  });

  it("passes on everything a revision can ask for", async () => {
    const container = await containerOf(
      sampleRevision({
        command: ["serve", "--port=${slot.port}"],
        entrypoint: ["/bin/app"],
        environment: { B: "${slot.name} ${release.version} ${HOME}", A: { secret: { env: "PASSWORD" } } },
        user: "1000:1000",
        memoryMegabytes: 64,
        cpus: 0.5,
        readOnly: false,
        tmpfs: { "/run": "rw" },
        mounts: [
          { source: "/srv/data", target: "/data" },
          { source: "cache", target: "/cache", readOnly: false },
        ],
        capabilities: ["SYS_TIME", "NET_BIND_SERVICE"],
        ulimits: { nofile: { soft: 1024, hard: 2048 } },
        init: false,
        restart: "always",
        stopSeconds: 5,
        stopSignal: "SIGINT",
        healthcheck: { command: ["check", "${slot.address}:${slot.port}"], intervalSeconds: 1.5, startSeconds: 90 },
        logs: { maxMegabytes: 1, files: 2 },
        labels: { team: "web" },
      }),
    );
    expect(container?.inputs).toMatchObject({
      entrypoints: ["/bin/app"],
      command: ["serve", "--port=20000"],
      envs: { secret: ["A=value of PASSWORD", "B=blue 1.2.3 ${HOME}"] },
      user: "1000:1000",
      memory: 64,
      memorySwap: 64,
      cpus: "0.5",
      readOnly: false,
      tmpfs: { "/run": "rw" },
      mounts: [
        { type: "bind", source: "/srv/data", target: "/data", readOnly: true },
        { type: "volume", source: "cache", target: "/cache", readOnly: false },
      ],
      capabilities: { drops: ["ALL"], adds: ["CAP_NET_BIND_SERVICE", "CAP_SYS_TIME"] },
      ulimits: [{ name: "nofile", soft: 1024, hard: 2048 }],
      init: false,
      restart: "always",
      stopTimeout: 5,
      destroyGraceSeconds: 5,
      stopSignal: "SIGINT",
      healthcheck: {
        tests: ["CMD", "check", "127.0.1.1:20000"],
        interval: "1.5s",
        timeout: "3s",
        retries: 5,
        startPeriod: "1m30s",
      },
      wait: true,
      waitTimeout: 143,
      logOpts: { "max-size": "1m", "max-file": "2" },
    });
    expect(container?.inputs["labels"]).toContainEqual({ label: "team", value: "web" });
  });

  it("publishes the slot's port on loopback where the host has a bridge network", async () => {
    const container = await containerOf(
      sampleRevision({ port: 8080, environment: { LISTEN: "${slot.address}:${slot.port}" } }),
      { host: "host-b", slot: "green" },
    );
    expect(container?.inputs).toMatchObject({
      name: "sluice.dev.host-b.org1.react-ui.green",
      networkMode: "sluice.dev.host-b",
      ports: [{ internal: 8080, external: 20_001, ip: "127.0.0.1", protocol: "tcp" }],
      envs: ["LISTEN=0.0.0.0:8080"],
    });
  });

  it("leaves the environment variables of a slot that runs already as they are", async () => {
    expect(await containerOf(sampleRevision(), { running: true })).toMatchObject({ ignoreChanges: ["envs"] });
    expect(await containerOf(sampleRevision())).not.toHaveProperty("ignoreChanges");
  });

  it("never lets a revision's own labels pass for Sluice's", async () => {
    const container = await containerOf(sampleRevision({ labels: { slot: "green", version: "9.9.9" } }));
    expect(container?.inputs["labels"]).toContainEqual({ label: "slot", value: "blue" });
    expect(container?.inputs["labels"]).toContainEqual({ label: "version", value: "1.2.3" });
    expect(container?.inputs["labels"]).toHaveLength(8);
  });

  it.each<[string, () => Revision, Partial<ServiceSlotArgs>, string]>([
    ["a host without a place", () => sampleRevision(), { host: "host-c" }, "revision.hosts"],
    ["an unknown placeholder", () => sampleRevision({ command: ["${slot.prot}"] }), {}, "revision.container"],
  ])("refuses %s at construction", async (_, revision, more, propertyPath) => {
    const failure = await declaredBy(slotOf(revision(), more)).catch((error: unknown) => error);
    expect(pulumi.InputPropertyError.isInstance(failure)).toBe(true);
    expect(failure).toMatchObject({ propertyPath });
  });
});
