import type { VolumeInspectInfo } from "dockerode";
import type { JsonObject } from "../../shared/rpc.ts";
import { attempt, describe, isNotFound, mentions } from "../engine/errors.ts";
import { volumeFields } from "../schema/others.ts";
import { given, labelBlocks, labelMap, text, textMap } from "../../bridge/get.ts";
import type { Seen } from "../../bridge/resource.ts";
import type { Engine, ResourceType } from "./resource.ts";
import { retryWhileInUse } from "./in-use.ts";

export const volume: ResourceType = {
  fields: volumeFields,
  meta: { schemaVersion: 1, timeouts: false },
  deleteBeforeReplace: false,
  create: async (engine, planned) => {
    const options = given({
      Name: text(planned, "name"),
      Labels: labelMap(planned),
      Driver: text(planned, "driver"),
      DriverOpts: textMap(planned, "driverOpts"),
    });
    const { name } = await attempt("Unable to create volume", () => engine.docker.createVolume(options));
    const found = await read(engine, name);
    if (!found) throw new Error(`volume ${name} is gone after its creation`);
    return found;
  },
  read,
  // Whatever can change in a volume replaces it.
  update: () => Promise.resolve(undefined),
  remove: async ({ docker, signal }, id) => {
    const inUse = (error: unknown) => mentions(error, "volume is in use");
    await retryWhileInUse(`volume ${id}`, () => docker.getVolume(id).remove({ force: true }), inUse, signal);
  },
};

async function read({ docker }: Engine, id: string): Promise<Seen | undefined> {
  try {
    return { id, state: volumeState(await docker.getVolume(id).inspect()) };
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw new Error(`Unable to inspect volume: ${describe(error)}`, { cause: error });
  }
}

function volumeState(found: VolumeInspectInfo): JsonObject {
  return {
    name: found.Name,
    labels: labelBlocks(found.Labels),
    driver: found.Driver,
    driverOpts: found.Options ?? {},
    mountpoint: found.Mountpoint,
  };
}
