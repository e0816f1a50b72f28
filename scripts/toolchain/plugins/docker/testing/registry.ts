import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { createServer, request } from "node:http";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type Docker from "dockerode";
import { drained } from "./image.ts";

export interface TestRegistry {
  /** As image names write it. */
  readonly host: string;
  stop(): Promise<void>;
}

/** Debian's docker-registry on a loopback address. */
export async function startRegistry(folder: string, host: string): Promise<TestRegistry> {
  const config = join(folder, "registry.yml");
  const root = join(folder, "registry");
  writeFileSync(config, `version: 0.1\nstorage:\n  filesystem:\n    rootdirectory: ${root}\nhttp:\n  addr: ${host}\n`);
  const server = spawn("docker-registry", ["serve", config], { stdio: "ignore" });
  const stop = async () => {
    if (server.exitCode !== null) return;
    server.kill();
    await once(server, "exit");
  };
  for (let tries = 0; tries < 100; tries++) {
    if (
      await fetch(`http://${host}/v2/`).then(
        (answer) => answer.ok,
        () => false,
      )
    )
      return { host, stop };
    await sleep(200);
  }
  await stop();
  throw new Error("docker-registry did not answer within 20 s");
}

/** The same registry for those who know the password only. */
export async function guardRegistry(
  registry: string,
  address: string,
  port: number,
  login: string,
): Promise<TestRegistry> {
  const expected = `Basic ${Buffer.from(login).toString("base64")}`;
  const [hostname, behind] = registry.split(":");
  const server = createServer((incoming, answer) => {
    if (incoming.headers.authorization !== expected) {
      answer.writeHead(401, {
        "WWW-Authenticate": 'Basic realm="test"',
        "Docker-Distribution-Api-Version": "registry/2.0",
      });
      answer.end(JSON.stringify({ errors: [{ code: "UNAUTHORIZED", message: "who are you" }] }));
      return;
    }
    const { method, url, headers } = incoming;
    const onwards = request({ hostname, port: behind, method, path: url, headers }, (response) => {
      answer.writeHead(response.statusCode ?? 502, response.headers);
      response.pipe(answer);
    });
    incoming.pipe(onwards);
  });
  server.listen(port, address);
  await once(server, "listening");
  return {
    host: `${address}:${port}`,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

/** Pushes a local image; its reference by digest. */
export async function pushImage(docker: Docker, tag: string): Promise<string> {
  const image = docker.getImage(tag);
  await drained(docker, await image.push({ authconfig: { username: "", password: "", serveraddress: "" } }));
  const { RepoDigests } = await image.inspect();
  const repository = tag.slice(0, tag.lastIndexOf(":"));
  const reference = RepoDigests.find((digest) => digest.startsWith(`${repository}@`));
  if (reference === undefined) throw new Error(`${tag} has no digest after its push`);
  return reference;
}
