import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import { gatewayFiles, hostCalls, installCommand, renderHostSettings } from "../../infra/gateway/index.ts";
import { host as hostSchema, type Host, site } from "../../infra/model/settings/host.ts";
import { declaredBy } from "../testing/declared.ts";
import { sampleSecret } from "../testing/samples.ts";
import { gatewayConfigOf } from "./gateway-config.ts";
import { Gateway, type GatewayArgs } from "./gateway.ts";
import { commandText } from "./host-script-call.ts";

const image = `nginx@sha256:${"ef".repeat(32)}`;
const sites = { default: site.parse({}) };

function hostOf(gateway: Record<string, unknown> = { image }): Host {
  return hostSchema.parse({
    engine: { kind: "unix", socket: "/run/a.sock" },
    shell: { kind: "local" },
    root: "/srv/a",
    address: "127.0.1.1",
    gateway,
  });
}

const gatewayOf =
  (more: Partial<GatewayArgs> = {}) =>
  (parent: pulumi.Resource) =>
    new Gateway(
      "a-gateway",
      {
        environment: "dev",
        host: "a",
        settings: hostOf(),
        sites,
        provider: new docker.Provider("a", { host: "unix:///run/a.sock" }, { parent }),
        secret: sampleSecret,
        ...more,
      },
      { parent },
    );

async function declaredAs(type: string, name: string, more: Partial<GatewayArgs> = {}) {
  const found = (await declaredBy(gatewayOf(more))).filter((one) => one.type === type && one.name === name);
  expect(found).toHaveLength(1);
  return found[0];
}

const container = "docker:index/container:Container";

describe("Gateway", () => {
  it("installs the script, applies the base configuration, starts nginx and sees it answer, in this order", async () => {
    const declared = await declaredBy(gatewayOf());
    expect(declared.map(({ type, name, dependsOn = [] }) => [type, name, ...dependsOn])).toEqual([
      ["sluice:gateway:Gateway", "a-gateway"],
      ["pulumi:providers:docker", "a"],
      [container, "a-gateway", "a-gateway-config"],
      ["docker:index/remoteImage:RemoteImage", "a-gateway"],
      ["command:local:Command", "a-gateway-config", "a-gateway-script"],
      ["command:local:Command", "a-gateway-script"],
      ["command:local:Command", "a-gateway-verified", "a-gateway"],
    ]);
  });

  it("declares a container that shares the host's network, can write only logs and its own files, and ends gently", async () => {
    expect(await declaredAs(container, "a-gateway")).toEqual({
      type: container,
      name: "a-gateway",
      parent: "a-gateway",
      provider: "a",
      dependsOn: ["a-gateway-config"],
      deleteBeforeReplace: true,
      inputs: {
        name: "sluice.dev.a.gateway",
        image,
        entrypoints: ["nginx"],
        command: ["-e", "stderr", "-c", "/srv/a/sluice/conf/live/nginx.conf", "-g", "daemon off;"],
        networkMode: "host",
        readOnly: true,
        tmpfs: { "/tmp": "rw,noexec,nosuid,size=16m" },
        mounts: [
          { type: "bind", source: "/srv/a/sluice", target: "/srv/a/sluice", readOnly: true },
          { type: "bind", source: "/srv/a/sluice-logs", target: "/srv/a/sluice-logs", readOnly: false },
          { type: "bind", source: "/srv/a/sluice-run", target: "/srv/a/sluice-run", readOnly: false },
        ],
        capabilities: {
          drops: ["ALL"],
          adds: ["CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_KILL", "CAP_NET_BIND_SERVICE", "CAP_SETGID", "CAP_SETUID"],
        },
        securityOpts: ["no-new-privileges:true"],
        restart: "unless-stopped",
        healthcheck: { tests: ["NONE"] },
        stopSignal: "SIGQUIT",
        stopTimeout: 30,
        destroyGraceSeconds: 30,
        logDriver: "json-file",
        logOpts: { "max-size": "10m", "max-file": "3" },
        labels: [
          { label: "sluice.environment", value: "dev" },
          { label: "sluice.host", value: "a" },
          { label: "sluice.role", value: "gateway" },
        ],
      },
    });
  });

  it("protects nginx alone where the environment asks for it", async () => {
    const isProtected = (await declaredBy(gatewayOf({ protectNginx: true }))).filter(({ protect }) => protect);
    expect(isProtected.map(({ type }) => type)).toEqual([container]);
    expect((await declaredBy(gatewayOf())).filter(({ protect }) => protect)).toEqual([]);
  });

  it("shows the container the folders of certificates, and nothing else of the host", async () => {
    const tls = { certificate: "/srv/a/tls/site.pem", key: "/srv/a/keys/site.key" };
    const found = await declaredAs(container, "a-gateway", { sites: { default: site.parse({ port: 443, tls }) } });
    expect((found?.inputs["mounts"] as unknown[]).slice(3)).toEqual([
      { type: "bind", source: "/srv/a/keys", target: "/srv/a/keys", readOnly: true },
      { type: "bind", source: "/srv/a/tls", target: "/srv/a/tls", readOnly: true },
    ]);
  });

  it("gives the base configuration on standard input, the same to apply and to verify", async () => {
    const { stdin } = hostCalls("/srv/a").apply("base", gatewayFiles(gatewayConfigOf(hostOf(), sites)));
    const config = await declaredAs("command:local:Command", "a-gateway-config");
    const verified = await declaredAs("command:local:Command", "a-gateway-verified");
    expect([config?.inputs["stdin"], verified?.inputs["stdin"]]).toEqual([stdin, stdin]);
    expect(verified?.inputs["triggers"]).toEqual(["a-gateway-id"]);
    expect(config?.inputs).not.toHaveProperty("triggers");
  });

  it("tells the host script which engine its container is on", async () => {
    const script = await declaredAs("command:local:Command", "a-gateway-script");
    const settings = renderHostSettings({
      root: "/srv/a",
      status: "127.0.1.1:9180",
      gateway: {
        kind: "container",
        container: "sluice.dev.a.gateway",
        docker: "docker",
        dockerHost: "unix:///run/a.sock",
      },
    });
    expect(script?.inputs["create"]).toBe(commandText(installCommand("/srv/a", settings)));
    expect(script?.inputs["update"]).toBe(script?.inputs["create"]);
    expect(script?.inputs["stdin"]).toMatch(/^#!\/bin\/sh\n/);
  });

  it("starts the host's own nginx instead of a container where the settings say so", async () => {
    const settings = hostOf({ kind: "package", binary: "/usr/sbin/nginx" });
    const declared = await declaredBy(gatewayOf({ settings }));
    expect(declared.filter(({ type }) => type.startsWith("docker:"))).toEqual([]);
    const nginx = declared.find(({ type, name }) => type === "command:local:Command" && name === "a-gateway");
    expect(nginx?.inputs["create"]).toContain("'/usr/sbin/nginx' '-e' '/srv/a/sluice-logs/error.log'");
    expect(nginx?.inputs["delete"]).toContain('kill -QUIT "$process"');
  });

  it("names every setting that can't be written down for nginx", async () => {
    const twice = { one: site.parse({ serverNames: ["a.example"] }), two: site.parse({ serverNames: ["a.example"] }) };
    const failure = await declaredBy(gatewayOf({ sites: twice })).catch((error: unknown) => error);
    expect(pulumi.InputPropertiesError.isInstance(failure)).toBe(true);
    expect(failure).toMatchObject({ errors: [{ propertyPath: "settings.sites.1.serverNames" }] });
  });
});
