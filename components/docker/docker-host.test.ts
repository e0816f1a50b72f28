import * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import { declaredBy } from "../testing/declared.ts";
import { sampleHostKey, sampleSecret, sampleSsh } from "../testing/samples.ts";
import { DockerHost, type DockerHostArgs } from "./docker-host.ts";

const local: DockerHostArgs = {
  environment: "dev",
  host: "host-a",
  engine: { kind: "unix", socket: "/var/run/docker.sock" },
  shell: { kind: "local" },
  network: "host",
  secret: sampleSecret,
};

const hostOf = (more: Partial<DockerHostArgs>) => (root: pulumi.Resource) =>
  new DockerHost("host-a", { ...local, ...more }, { parent: root });

async function providerInputs(more: Partial<DockerHostArgs>) {
  return (await declaredBy(hostOf(more))).find(({ type }) => type === "pulumi:providers:docker")?.inputs;
}

describe("DockerHost", () => {
  it("declares only a provider where slots use the host's network", async () => {
    expect(await declaredBy(hostOf({}))).toEqual([
      { type: "sluice:docker:DockerHost", name: "host-a", inputs: {} },
      {
        type: "pulumi:providers:docker",
        name: "host-a",
        parent: "host-a",
        inputs: { host: "unix:///var/run/docker.sock" },
      },
    ]);
  });

  it("declares the bridge network under the environment's and the host's name", async () => {
    expect((await declaredBy(hostOf({ network: "bridge" }))).slice(2)).toEqual([
      {
        type: "docker:index/network:Network",
        name: "host-a",
        parent: "host-a",
        provider: "host-a",
        deleteBeforeReplace: true,
        inputs: {
          name: "sluice.dev.host-a",
          driver: "bridge",
          labels: [
            { label: "sluice.environment", value: "dev" },
            { label: "sluice.host", value: "host-a" },
          ],
        },
      },
    ]);
  });

  it("reaches an engine over TLS with certificates as secrets", async () => {
    const reference = (env: string) => ({ secret: { env } });
    const tls = { ca: reference("CA"), cert: reference("CERT"), key: reference("KEY") };
    // Provider inputs travel as JSON text.
    expect(await providerInputs({ engine: { kind: "tcp", host: "10.0.0.7", port: 2376, tls } })).toEqual({
      host: "tcp://10.0.0.7:2376",
      caMaterial: { secret: "value of CA" },
      certMaterial: { secret: "value of CERT" },
      keyMaterial: { secret: "value of KEY" },
    });
  });

  it("reaches an engine over SSH with the settings' own key and host key alone", async () => {
    expect(await providerInputs({ engine: { kind: "ssh" }, shell: sampleSsh })).toEqual({
      host: "ssh://deploy@10.0.0.7:2222",
      sshOpts: JSON.stringify([
        "-i",
        "/keys/deploy",
        "-o",
        "IdentitiesOnly=yes",
        "-o",
        "StrictHostKeyChecking=yes",
        "-o",
        "UserKnownHostsFile=/dev/null",
        "-o",
        `KnownHostsCommand=/bin/echo %H ${sampleHostKey}`,
      ]),
    });
  });

  it("gives the engine the credentials of private registries as secrets", async () => {
    const inputs = await providerInputs({
      registries: [{ address: "ghcr.io", username: "ci", password: { secret: { env: "TOKEN" } } }],
    });
    expect(inputs?.["registryAuth"]).toEqual({
      secret: JSON.stringify([{ address: "ghcr.io", username: "ci", password: "value of TOKEN" }]),
    });
  });

  it.each<[string, Partial<DockerHostArgs>, string]>([
    ["an ssh engine behind a local shell", { engine: { kind: "ssh" } }, "shell"],
    [
      "an ssh engine whose key is not a file",
      { engine: { kind: "ssh" }, shell: { ...sampleSsh, privateKey: { secret: { env: "KEY" } } } },
      "shell.privateKey",
    ],
  ])("refuses %s at construction", async (_, more, propertyPath) => {
    const failure = await declaredBy(hostOf(more)).catch((error: unknown) => error);
    expect(pulumi.InputPropertyError.isInstance(failure)).toBe(true);
    expect(failure).toMatchObject({ propertyPath });
  });
});
