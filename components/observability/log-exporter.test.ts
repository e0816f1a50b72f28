import * as docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import { exporterProgram, programKey } from "../../infra/gateway/index.ts";
import { host as hostSchema } from "../../infra/model/settings/host.ts";
import { declaredBy } from "../testing/declared.ts";
import { sampleSecret } from "../testing/samples.ts";
import { LogExporter } from "./log-exporter.ts";

const image = `mtail@sha256:${"ef".repeat(32)}`;
const settings = hostSchema.parse({
  engine: { kind: "unix", socket: "/run/a.sock" },
  shell: { kind: "local" },
  root: "/srv/a",
  address: "127.0.1.1",
  exporter: { image, memoryMegabytes: 64, cpus: 0.25 },
});
const program = exporterProgram({ environment: "dev", host: "a" });

const exporterOf =
  (over: Partial<NonNullable<typeof settings.exporter>> = {}) =>
  (parent: pulumi.Resource) => {
    if (!settings.exporter) throw new TypeError("no exporter");
    const exporter = { ...settings.exporter, ...over };
    const provider = new docker.Provider("a", { host: "unix:///run/a.sock" }, { parent });
    return new LogExporter(
      "a-exporter",
      { environment: "dev", host: "a", settings, exporter, provider, secret: sampleSecret },
      { parent },
    );
  };

const container = "docker:index/container:Container";

describe("LogExporter", () => {
  it("writes the program, starts mtail and sees it answer, in this order", async () => {
    const declared = await declaredBy(exporterOf());
    expect(declared.map(({ type, name, dependsOn = [] }) => [type, name, ...dependsOn])).toEqual([
      ["sluice:observability:LogExporter", "a-exporter"],
      ["pulumi:providers:docker", "a"],
      [container, "a-exporter", "a-exporter-program"],
      ["docker:index/remoteImage:RemoteImage", "a-exporter"],
      ["command:local:Command", "a-exporter-program"],
      ["command:local:Command", "a-exporter-verified", "a-exporter"],
    ]);
  });

  it("declares a container that reads the logs and its program, and can do nothing else", async () => {
    const found = (await declaredBy(exporterOf())).find(({ type }) => type === container);
    expect(found?.inputs).toEqual({
      name: "sluice.dev.a.exporter",
      image,
      entrypoints: ["mtail"],
      command: [
        "--progs=/srv/a/sluice-exporter",
        "--logs=/srv/a/sluice-logs/access.log",
        "--address=127.0.1.1",
        "--port=9190",
        "--poll_interval=500ms",
        "--poll_log_interval=500ms",
        "--emit_prog_label=false",
        "--logtostderr",
      ],
      user: "65534:65534",
      networkMode: "host",
      readOnly: true,
      tmpfs: { "/tmp": "rw,noexec,nosuid,size=4m" },
      mounts: ["/srv/a/sluice-exporter", "/srv/a/sluice-logs"].map((folder) => ({
        type: "bind",
        source: folder,
        target: folder,
        readOnly: true,
      })),
      memory: 64,
      memorySwap: 64,
      cpus: "0.25",
      capabilities: { drops: ["ALL"] },
      securityOpts: ["no-new-privileges:true"],
      restart: "unless-stopped",
      healthcheck: { tests: ["NONE"] },
      logDriver: "json-file",
      logOpts: { "max-size": "10m", "max-file": "2" },
      labels: [
        { label: "sluice.environment", value: "dev" },
        { label: "sluice.host", value: "a" },
        { label: "sluice.program", value: programKey(program) },
        { label: "sluice.role", value: "exporter" },
      ],
    });
  });

  it("hands the program over by standard input, and starts a new container when it changes", async () => {
    const written = (await declaredBy(exporterOf())).find(({ name }) => name === "a-exporter-program");
    expect(written?.inputs).toMatchObject({ stdin: program });
    expect(programKey(program)).not.toBe(programKey(exporterProgram({ environment: "dev", host: "b" })));
  });

  it("refuses a CPU limit that Docker's provider would read back as another one", async () => {
    await expect(declaredBy(exporterOf({ cpus: 0.05 }))).rejects.toThrow(/cpus/);
  });
});
