import type { Agent } from "node:http";
import type { JsonObject } from "../../shared/rpc.ts";
import type { Engine } from "../resources/resource.ts";
import { flag, text, texts } from "../../bridge/get.ts";
import { describe } from "./errors.ts";
import { registryAuths } from "./registry.ts";

const DEFAULT_HOST = "unix:///var/run/docker.sock";

/**
 * The Docker engine of a provider's settings, seen to answer. Once `signal` is aborted no call waits any longer: a daemon
 * that hangs would keep the update, and its lock, for as long as it does.
 */
export async function connect(config: JsonObject, signal: AbortSignal): Promise<Engine> {
  const host = text(config, "host") || DEFAULT_HOST;
  const { default: Docker } = await import("dockerode");
  const docker = new Docker(await options(host, config));
  const dial = docker.modem.dial.bind(docker.modem);
  docker.modem.dial = (call, done) => dial({ ...call, abortSignal: call.abortSignal ?? signal }, done);
  if (!flag(config, "disableDockerDaemonCheck")) {
    await docker.ping().catch((cause: unknown) => {
      const hint = `please make sure that ${host} is reachable and has a  '_ping' endpoint`;
      throw new Error(`Error pinging Docker server, ${hint}. Error: ${describe(cause)}`, { cause });
    });
  }
  return { docker, auths: registryAuths(config), signal };
}

/** Every setting is given, if as undefined: dockerode would take the missing ones from this process's DOCKER_* variables. */
const UNSET = { host: undefined, socketPath: undefined, ca: undefined, cert: undefined, key: undefined };

async function options(host: string, config: JsonObject) {
  const { protocol, hostname, port, pathname } = new URL(host);
  switch (protocol) {
    case "unix:":
      return { ...UNSET, socketPath: pathname };
    case "tcp:":
    case "http:":
    case "https:":
      return { ...UNSET, host: hostname, port: port || "2375", ...(await tls(config)) };
    case "ssh:":
      return { ...UNSET, host: "docker.example.com", protocol: "http" as const, agent: await sshAgent(host, config) };
    default:
      throw new Error(`unable to parse docker host \`${host}\``);
  }
}

async function tls(config: JsonObject) {
  const [ca, cert, key] = [text(config, "caMaterial"), text(config, "certMaterial"), text(config, "keyMaterial")];
  if (cert === "" && key === "") return { protocol: "http" as const };
  if (cert === "" || key === "") throw new Error("cert_material, and key_material must be specified");
  if (ca !== "") return { protocol: "https" as const, cert, key, ca };
  const { Agent: HttpsAgent } = await import("node:https");
  return { protocol: "https" as const, cert, key, agent: new HttpsAgent({ rejectUnauthorized: false }) };
}

async function sshAgent(host: string, config: JsonObject): Promise<Agent> {
  const { sshConnections } = await import("./ssh.ts");
  return sshConnections(host, texts(config, "sshOpts"));
}
