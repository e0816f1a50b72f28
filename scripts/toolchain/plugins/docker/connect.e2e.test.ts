import { execFileSync, spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { connect as dial } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { JsonObject } from "../shared/rpc.ts";
import { decodeConfig } from "./config.ts";
import { connect } from "./engine/connect.ts";
import { requireImage } from "./engine/images.ts";
import { startDocker } from "./testing/dockerd.ts";
import type { TestDocker } from "./testing/dockerd.ts";
import { makeImage } from "./testing/image.ts";
import { guardRegistry, pushImage, startRegistry } from "./testing/registry.ts";
import type { TestRegistry } from "./testing/registry.ts";

/** The ways to an engine and to private images. */

const ADDRESS = "127.0.91.2";
const TLS_PORT = 29110;
const SSH_PORT = 29122;

let host: TestDocker;
let sshd: ChildProcess;
let registry: TestRegistry;
let guarded: TestRegistry;
const signal = new AbortController().signal;

beforeAll(async () => {
  host = await startDocker((folder) => {
    makeCertificates(folder);
    return [
      ...["-H", `tcp://${ADDRESS}:${TLS_PORT}`, "--tlsverify", "--tlscacert", join(folder, "ca.pem")],
      ...["--tlscert", join(folder, "server.pem"), "--tlskey", join(folder, "server-key.pem")],
    ];
  });
  sshd = await startSshd(host.folder);
  registry = await startRegistry(host.folder, `${ADDRESS}:29101`);
  guarded = await guardRegistry(registry.host, ADDRESS, 29102, "robot:s3cret");
});

afterAll(async () => {
  sshd?.kill();
  await guarded?.stop();
  await registry?.stop();
  await host?.stop();
});

function openssl(folder: string, ...args: string[]): void {
  execFileSync("openssl", args, { cwd: folder, stdio: "ignore" });
}

function makeCertificates(folder: string): void {
  openssl(
    folder,
    ..."req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=ca -keyout ca-key.pem -out ca.pem".split(" "),
  );
  for (const [name, usage] of [
    ["server", "serverAuth"],
    ["client", "clientAuth"],
  ]) {
    writeFileSync(join(folder, "ext"), `subjectAltName=IP:${ADDRESS}\nextendedKeyUsage=${usage}\n`);
    openssl(
      folder,
      ...`req -newkey rsa:2048 -nodes -subj /CN=${name} -keyout ${name}-key.pem -out ${name}.csr`.split(" "),
    );
    openssl(
      folder,
      ...`x509 -req -in ${name}.csr -CA ca.pem -CAkey ca-key.pem -CAcreateserial -days 2 -extfile ext -out ${name}.pem`.split(
        " ",
      ),
    );
  }
}

async function startSshd(folder: string): Promise<ChildProcess> {
  mkdirSync("/run/sshd", { recursive: true });
  for (const key of ["host", "user"])
    execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", join(folder, key)]);
  writeFileSync(join(folder, "authorized"), readFileSync(join(folder, "user.pub")));
  const settings = [
    `ListenAddress ${ADDRESS}:${SSH_PORT}`,
    `HostKey ${join(folder, "host")}`,
    "SetEnv SHLVL=1", // bash reads no start-up files of the user then
    `AuthorizedKeysFile ${join(folder, "authorized")}`,
    ...["StrictModes no", "UsePAM no", "PidFile none"],
  ];
  writeFileSync(join(folder, "sshd_config"), settings.join("\n"));
  const server = spawn("/usr/sbin/sshd", ["-D", "-f", join(folder, "sshd_config")], { stdio: "ignore" });
  for (let tries = 0; tries < 50; tries++) {
    const socket = dial(SSH_PORT, ADDRESS);
    const open = await once(socket, "connect").then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (open) return server;
    await sleep(200);
  }
  throw new Error("sshd did not answer within 10 s");
}

function pem(name: string): string {
  return readFileSync(join(host.folder, name), "utf8");
}

async function serverId(config: JsonObject): Promise<unknown> {
  const { docker } = await connect(decodeConfig(config), signal);
  return ((await docker.info()) as { ID: unknown }).ID;
}

describe("an engine is reached", () => {
  it("by TCP with certificates, and not without", async () => {
    const tls = { host: `tcp://${ADDRESS}:${TLS_PORT}`, caMaterial: pem("ca.pem") };
    const certificate = { certMaterial: pem("client.pem"), keyMaterial: pem("client-key.pem") };
    expect(await serverId({ ...tls, ...certificate })).toBe(await serverId({ host: `unix://${host.socket}` }));
    await expect(serverId(tls)).rejects.toThrow(
      `Error pinging Docker server, please make sure that ${tls.host} is reachable`,
    );
  });

  it("by SSH, many calls at once", async () => {
    const sshOpts = JSON.stringify([
      "-i",
      join(host.folder, "user"),
      "-o",
      "StrictHostKeyChecking=no",
      "-o",
      "UserKnownHostsFile=/dev/null",
    ]);
    const config = decodeConfig({ host: `ssh://root@${ADDRESS}:${SSH_PORT}${host.socket}`, sshOpts });
    const { docker } = await connect(config, signal);
    const ids = await Promise.all([1, 2, 3, 4, 5, 6].map(async () => ((await docker.info()) as { ID: string }).ID));
    expect(new Set(ids)).toEqual(new Set([await serverId({ host: `unix://${host.socket}` })]));
  });

  it("or it is said how it failed", async () => {
    await expect(serverId({ host: `unix://${host.folder}/none.sock` })).rejects.toThrow(
      /Error pinging Docker server.*none\.sock.*ENOENT/,
    );
    const sshOpts = JSON.stringify([
      "-o",
      "BatchMode=yes",
      "-o",
      "StrictHostKeyChecking=no",
      "-o",
      "UserKnownHostsFile=/dev/null",
    ]);
    await expect(serverId({ host: `ssh://nobody@${ADDRESS}:${SSH_PORT}`, sshOpts })).rejects.toThrow(
      /ssh ended with status 255.*Permission denied/s,
    );
  });
});

describe("a private image", () => {
  it("is pulled by digest with the provider's credentials only", async () => {
    const tag = `${registry.host}/team/web:1`;
    await makeImage(host.docker, tag);
    const digest = (await pushImage(host.docker, tag)).split("@")[1] ?? "";
    await host.docker.getImage(tag).remove({ force: true });
    const reference = `${guarded.host}/team/web@${digest}`;
    const login = (password: string) => ({
      host: `unix://${host.socket}`,
      registryAuth: JSON.stringify([{ address: guarded.host, username: "robot", password }]),
    });
    const refused = await connect(decodeConfig(login("wrong")), signal);
    await expect(requireImage(refused, reference)).rejects.toThrow(
      /unable to pull image .*Error response from daemon: .*who are you|unauthorized/,
    );
    const allowed = await connect(decodeConfig(login("s3cret")), signal);
    expect((await requireImage(allowed, reference)).repoDigests).toContain(reference);
  });

  it("that isn't there fails with Docker's own message", async () => {
    const engine = await connect({ host: `unix://${host.socket}` }, signal);
    const missing = `${registry.host}/none/web:9`;
    await expect(requireImage(engine, missing)).rejects.toThrow(
      /Error response from daemon: manifest for .* not found|manifest unknown/,
    );
  });
});
