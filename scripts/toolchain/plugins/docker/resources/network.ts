import type { NetworkInspectInfo } from "dockerode";
import type { JsonObject } from "../../shared/rpc.ts";
import { attempt, describe, isNotFound, mentions } from "../engine/errors.ts";
import { networkFields } from "../schema/others.ts";
import { blocks, flag, given, labelBlocks, labelMap, text, textMap } from "../../bridge/get.ts";
import { retryWhileInUse } from "./in-use.ts";
import type { Seen } from "../../bridge/resource.ts";
import type { Engine, ResourceType } from "./resource.ts";

export const network: ResourceType = {
  fields: networkFields,
  meta: { schemaVersion: 1, timeouts: false },
  deleteBeforeReplace: false,
  create: async (engine, planned) => {
    const made = await attempt("Unable to create network", () => engine.docker.createNetwork(networkConfig(planned)));
    const found = await read(engine, made.id);
    if (!found) throw new Error(`network ${made.id} is gone after its creation`);
    return found;
  },
  read,
  // Whatever can change in a network replaces it.
  update: () => Promise.resolve(undefined),
  remove: async ({ docker, signal }, id) => {
    const inUse = (error: unknown) => mentions(error, "has active endpoints");
    await retryWhileInUse(`network ${id}`, () => docker.getNetwork(id).remove(), inUse, signal);
  },
};

export function networkConfig(planned: JsonObject) {
  const ipam = given({
    Driver: text(planned, "ipamDriver"),
    Config: blocks(planned, "ipamConfigs").map(ipamConfig),
    Options: textMap(planned, "ipamOptions"),
  });
  return {
    Name: text(planned, "name"),
    // As Docker's own client asks: a second network of one name is refused.
    CheckDuplicate: true,
    ...given({
      Labels: labelMap(planned),
      Driver: text(planned, "driver"),
      Options: textMap(planned, "options"),
      Internal: flag(planned, "internal"),
      Attachable: flag(planned, "attachable"),
      Ingress: flag(planned, "ingress"),
      EnableIPv6: flag(planned, "ipv6"),
      IPAM: ipam,
    }),
  };
}

function ipamConfig(config: JsonObject) {
  return {
    ...given({ Subnet: text(config, "subnet"), IPRange: text(config, "ipRange"), Gateway: text(config, "gateway") }),
    ...given({ AuxiliaryAddresses: textMap(config, "auxAddress") }),
  };
}

async function read({ docker }: Engine, id: string): Promise<Seen | undefined> {
  try {
    const found = await docker.getNetwork(id).inspect();
    return { id: found.Id, state: networkState(found) };
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw new Error(describe(error), { cause: error });
  }
}

interface InspectedIpam {
  readonly Subnet?: string;
  readonly IPRange?: string;
  readonly Gateway?: string;
  readonly AuxiliaryAddresses?: Record<string, string>;
}

function networkState(found: NetworkInspectInfo): JsonObject {
  const configs = (found.IPAM?.Config ?? []) as readonly InspectedIpam[];
  return {
    name: found.Name,
    labels: labelBlocks(found.Labels),
    driver: found.Driver,
    internal: found.Internal,
    attachable: found.Attachable,
    ingress: found.Ingress,
    ipv6: found.EnableIPv6 ?? false,
    ipamDriver: found.IPAM?.Driver ?? "",
    ipamOptions: found.IPAM?.Options ?? {},
    scope: found.Scope,
    options: found.Options ?? {},
    ipamConfigs: configs.map((config) => ({
      subnet: config.Subnet ?? "",
      ipRange: config.IPRange ?? "",
      gateway: config.Gateway ?? "",
      auxAddress: config.AuxiliaryAddresses ?? {},
    })),
  };
}
