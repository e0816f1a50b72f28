import type Docker from "dockerode";
import type { JsonObject } from "../../shared/rpc.ts";
import { attempt, describe, mentions } from "../engine/errors.ts";
import { blocks, given, text, texts, whole } from "../../bridge/get.ts";

/** Moves a new container from the default network to those that the program names. */
export async function connectNetworks(docker: Docker, id: string, planned: JsonObject): Promise<void> {
  const networks = blocks(planned, "networksAdvanced");
  if (networks.length === 0) return;
  await leaveBridge(docker, id);
  for (const network of networks) {
    const name = text(network, "name");
    const EndpointConfig = endpoint(network);
    await attempt(`Unable to connect to network '${name}'`, () =>
      docker.getNetwork(name).connect({ Container: id, EndpointConfig }),
    );
  }
}

async function leaveBridge(docker: Docker, id: string): Promise<void> {
  try {
    await docker.getNetwork("bridge").disconnect({ Container: id });
  } catch (cause) {
    if (mentions(cause, "is not connected to the network bridge", "is not connected to network bridge")) return;
    throw new Error(`Unable to disconnect the default network: ${describe(cause)}`, { cause });
  }
}

function endpoint(network: JsonObject) {
  const options = texts(network, "driverOpts").flatMap((option) => {
    const at = option.indexOf("=");
    return at < 0 ? [] : [[option.slice(0, at), option.slice(at + 1)] as const];
  });
  return given({
    Aliases: texts(network, "aliases"),
    IPAMConfig: given({
      IPv4Address: text(network, "ipv4Address"),
      IPv6Address: text(network, "ipv6Address"),
      LinkLocalIPs: texts(network, "linkLocalIps"),
    }),
    MacAddress: text(network, "macAddress"),
    DriverOpts: Object.fromEntries(options),
    GwPriority: whole(network, "gwPriority"),
  });
}
